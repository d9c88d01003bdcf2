const SLOTS = 8_192;

/** Something that falls due. It may add itself again. */
export interface Due {
  dueMs: number;
  fire(): void;
}

/** One timer for ten thousand streams: items wait in the slot of their tick. */
export class Wheel {
  readonly #slots: Due[][] = Array.from({ length: SLOTS }, () => []);
  readonly #tickMs: number;
  #cursor: number;

  constructor(tickMs: number, nowMs: number) {
    this.#tickMs = tickMs;
    this.#cursor = Math.floor(nowMs / tickMs);
  }

  add(item: Due): void {
    const due = Math.ceil(item.dueMs / this.#tickMs);
    // What is further off than one turn of the wheel is looked at again after it.
    const tick = Math.min(Math.max(due, this.#cursor + 1), this.#cursor + SLOTS - 1);
    this.#slots[tick % SLOTS]?.push(item);
  }

  /** Fires all that is due by now, in the order of ticks. */
  turn(nowMs: number): void {
    const now = Math.floor(nowMs / this.#tickMs);
    while (this.#cursor < now) {
      this.#cursor += 1;
      const slot = this.#slots[this.#cursor % SLOTS] ?? [];
      if (slot.length === 0) continue;
      this.#slots[this.#cursor % SLOTS] = [];
      const end = this.#cursor * this.#tickMs;
      for (const item of slot) {
        if (item.dueMs > end) this.add(item);
        else item.fire();
      }
    }
  }
}
