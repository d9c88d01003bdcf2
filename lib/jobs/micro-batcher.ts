/** What makes a batch full, or due before it is. */
export interface MicroBatcherTerms<T, R> {
  /** At most so many in a batch; one that has more tokens by itself goes alone. */
  most: { items: number; tokens: number };
  tokensOf: (item: T) => number;
  /** Milliseconds that a batch which is not full waits for company, while no permit is idle. */
  lingerMs: number;
  /** Batches under way at once. */
  calls: number;
  /** A permit is there that nobody waits for. */
  isIdle: () => boolean;
  /** More is sure to come: what is not full is held back until it has. */
  moreComes: () => boolean;
  /** One result for each item, in order. */
  send: (items: readonly T[]) => Promise<readonly R[]>;
}

interface Entry<T, R> {
  item: T;
  tokens: number;
  resolve: (result: R) => void;
  reject: (error: unknown) => void;
}

/**
 * Gathers items one by one and sends them together: when there are enough of them, when they have enough tokens, when a permit
 * is idle, or when the first of them has waited a moment.
 */
export class MicroBatcher<T, R> {
  readonly #terms: MicroBatcherTerms<T, R>;
  #waiting: Entry<T, R>[] = [];
  #underWay = 0;
  #isDue = false;
  #linger: NodeJS.Timeout | undefined;
  /** Whose clock that is. */
  #lingering: Entry<T, R> | undefined;
  #isLooking = false;

  constructor(terms: MicroBatcherTerms<T, R>) {
    this.#terms = terms;
  }

  /** Items that are in no batch yet. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Settles as `send` does for the batch it is in. */
  add(item: T): Promise<R> {
    const { promise, resolve, reject } = Promise.withResolvers<R>();
    this.#waiting.push({ item, tokens: this.#terms.tokensOf(item), resolve, reject });
    this.look();
    return promise;
  }

  /** To be called also when `moreComes` has changed. Whatever is added in the same tick goes together. */
  look(): void {
    if (this.#isLooking) return;
    this.#isLooking = true;
    queueMicrotask(() => {
      this.#isLooking = false;
      this.#sendDue();
    });
  }

  /** Those that are in no batch yet fail with this. */
  close(error: unknown): void {
    clearTimeout(this.#linger);
    this.#lingering = undefined;
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }

  #sendDue(): void {
    while (this.#waiting.length > 0 && this.#underWay < this.#terms.calls) {
      const count = this.#fitting();
      const isFull = count < this.#waiting.length || count >= this.#terms.most.items;
      if (!isFull && !this.#mayGo()) break;
      this.#send(this.#waiting.splice(0, count));
    }
    this.#rearm();
  }

  /** How many of the first fit into one batch. */
  #fitting(): number {
    const { items, tokens } = this.#terms.most;
    let sum = 0;
    let count = 0;
    for (const entry of this.#waiting) {
      sum += entry.tokens;
      if (count === items || (count > 0 && sum > tokens)) break;
      count += 1;
    }
    return count;
  }

  #mayGo(): boolean {
    return !this.#terms.moreComes() && (this.#isDue || this.#terms.isIdle());
  }

  #send(batch: Entry<T, R>[]): void {
    this.#isDue = false;
    this.#underWay += 1;
    const settle = (work: (entry: Entry<T, R>, at: number) => void) => {
      this.#underWay -= 1;
      batch.forEach(work);
      this.look();
    };
    this.#terms.send(batch.map(({ item }) => item)).then(
      (results) => settle(({ resolve }, at) => resolve(results[at] as R)),
      (error: unknown) => settle(({ reject }) => reject(error)),
    );
  }

  /** One clock, for the first of those that wait: whoever comes later does not set it back. */
  #rearm(): void {
    const first = this.#terms.moreComes() ? undefined : this.#waiting[0];
    if (first === this.#lingering) return;
    clearTimeout(this.#linger);
    this.#lingering = first;
    if (first === undefined) return;
    this.#linger = setTimeout(() => {
      this.#isDue = true;
      this.#sendDue();
    }, this.#terms.lingerMs);
  }
}
