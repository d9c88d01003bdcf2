/**
 * One stage of a pipeline: so many things in it at once, and before it a hand-off that holds a few more. Whoever finds the
 * hand-off full waits with the thing in hand, which keeps its own stage busy: so a slow stage holds up the one before it.
 */
export class StageLine<T> {
  readonly limit: number;
  /** The most that the hand-off holds. */
  readonly bound: number;
  #running = 0;
  readonly #queue: T[] = [];
  #blocked: { thing: T; placed: () => void }[] = [];

  constructor(limit: number) {
    this.limit = limit;
    this.bound = limit;
  }

  get running(): number {
    return this.#running;
  }

  /** In the hand-off. */
  get queued(): number {
    return this.#queue.length;
  }

  /** How many more the hand-off takes; those who wait for a place come first. */
  get room(): number {
    return Math.max(0, this.bound - this.#queue.length - this.#blocked.length);
  }

  get isEmpty(): boolean {
    return this.#running === 0 && this.#queue.length === 0 && this.#blocked.length === 0;
  }

  /** Resolves when the thing has a place in the hand-off. */
  put(thing: T): Promise<void> {
    if (this.#queue.length < this.bound) {
      this.#queue.push(thing);
      return Promise.resolve();
    }
    return new Promise((placed) => this.#blocked.push({ thing, placed }));
  }

  /** The next thing, if the stage may begin it; `leave` when it is through. */
  enter(): T | undefined {
    if (this.#running >= this.limit) return undefined;
    const next = this.#queue.shift();
    if (next === undefined) return undefined;
    this.#running += 1;
    const blocked = this.#blocked.shift();
    if (blocked !== undefined) {
      this.#queue.push(blocked.thing);
      blocked.placed();
    }
    return next;
  }

  leave(): void {
    this.#running -= 1;
  }

  /** Lets go of all that has not begun, also of those that wait for a place. */
  clear(): void {
    this.#queue.length = 0;
    const blocked = this.#blocked;
    this.#blocked = [];
    for (const { placed } of blocked) placed();
  }
}
