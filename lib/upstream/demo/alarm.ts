interface Entry {
  readonly due: number;
  ring: (() => void) | null;
}

/**
 * One timer for any number of sleepers. Times are `performance.now()` milliseconds and absolute, so a stream that is
 * woken late catches up instead of drifting; 2,000 paced streams cost one `setTimeout` per wake-up, not one per token.
 */
export class Alarm {
  readonly #heap: Entry[] = [];
  #timer: NodeJS.Timeout | null = null;
  #timerDue = Infinity;

  /** Rings once at or after `due`, never in the caller's own tick. Returns the way to call it off. */
  at(due: number, ring: () => void): () => void {
    const entry: Entry = { due, ring };
    this.#push(entry);
    this.#arm();
    return () => {
      entry.ring = null;
    };
  }

  #arm(): void {
    const next = this.#heap[0]?.due ?? Infinity;
    if (next >= this.#timerDue || next === Infinity) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timerDue = next;
    this.#timer = setTimeout(() => this.#drain(), Math.max(0, next - performance.now()));
    this.#timer.unref();
  }

  #drain(): void {
    this.#timer = null;
    this.#timerDue = Infinity;
    const now = performance.now();
    const due: Entry[] = [];
    while ((this.#heap[0]?.due ?? Infinity) <= now) {
      const entry = this.#pop();
      if (entry !== undefined) due.push(entry);
    }
    for (const entry of due) entry.ring?.();
    this.#arm();
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(entry);
    while (at > 0) {
      const up = (at - 1) >> 1;
      const parent = heap[up];
      if (parent === undefined || parent.due <= entry.due) break;
      heap[at] = parent;
      at = up;
    }
    heap[at] = entry;
  }

  #pop(): Entry | undefined {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return top;
    let at = 0;
    for (;;) {
      const left = heap[2 * at + 1];
      const right = heap[2 * at + 2];
      const child = right !== undefined && left !== undefined && right.due < left.due ? right : left;
      if (child === undefined || child.due >= last.due) break;
      heap[at] = child;
      at = child === left ? 2 * at + 1 : 2 * at + 2;
    }
    heap[at] = last;
    return top;
  }
}
