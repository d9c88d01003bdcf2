const WINDOW_MS = 30;
const WIDEST_MS = 250;
/** A tick that comes this late means that the process has more to do than it can. */
const LATE_MS = 20;

export interface Flushable {
  flush(): void;
}

/**
 * One timer for all connections. Whoever has something to send is flushed at the next tick; the window between two ticks
 * widens while the event loop lags, so that load turns into fewer, larger frames instead of a longer queue.
 */
export class FlushWheel {
  readonly #clock: () => number;
  #due = new Set<Flushable>();
  #timer: NodeJS.Timeout | undefined;
  #window = WINDOW_MS;
  #expected = 0;

  /** @param clock milliseconds, monotonic */
  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /** Milliseconds from one flush to the next. */
  get window(): number {
    return this.#window;
  }

  /** True while flushes come in time: then a first piece need not wait for the tick. */
  get isCalm(): boolean {
    return this.#window === WINDOW_MS;
  }

  add(flushable: Flushable): void {
    this.#due.add(flushable);
    if (this.#timer !== undefined) return;
    this.#expected = this.#clock() + this.#window;
    this.#timer = setTimeout(() => this.tick(), this.#window);
  }

  remove(flushable: Flushable): void {
    this.#due.delete(flushable);
  }

  tick(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const isLate = this.#clock() - this.#expected > LATE_MS;
    this.#window = isLate ? Math.min(this.#window * 2, WIDEST_MS) : Math.max(this.#window / 2, WINDOW_MS);
    const due = this.#due;
    this.#due = new Set();
    for (const flushable of due) flushable.flush();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#due.clear();
  }
}
