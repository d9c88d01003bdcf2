/**
 * Named waiting points that a test opens by hand: what makes a scripted answer deterministic without wall time.
 * A key is closed until released. Releasing without a count opens it for good; with a count it hands out that many
 * passes, oldest waiter first, and keeps the rest for those still to come.
 */
export class Latches {
  readonly #waiting = new Map<string, Set<() => void>>();
  readonly #passes = new Map<string, number>();

  /** Calls `proceed` when the key lets it through, at once if it is open. Returns the way to stop waiting. */
  wait(key: string, proceed: () => void): () => void {
    const passes = this.#passes.get(key) ?? 0;
    if (passes > 0) {
      this.#passes.set(key, passes - 1);
      proceed();
      return () => undefined;
    }
    const queue = this.#waiting.get(key) ?? new Set();
    this.#waiting.set(key, queue.add(proceed));
    return () => {
      queue.delete(proceed);
    };
  }

  /** Returns how many waiters went through at once. */
  release(key: string, count = Infinity): number {
    const queue = this.#waiting.get(key) ?? new Set();
    let freed = 0;
    for (const proceed of queue) {
      if (freed === count) break;
      queue.delete(proceed);
      freed += 1;
      proceed();
    }
    const left = (this.#passes.get(key) ?? 0) + count - freed;
    this.#passes.set(key, left);
    return freed;
  }

  /** Waiters per key, keys without waiters left out. */
  waiting(): Record<string, number> {
    const counts = [...this.#waiting].map(([key, queue]) => [key, queue.size] as const);
    return Object.fromEntries(counts.filter(([, size]) => size > 0));
  }

  /** Forgets all passes; whoever waits goes on waiting. */
  close(): void {
    this.#passes.clear();
  }
}
