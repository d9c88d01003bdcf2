const LEAST_MS = 500;
/** Of the first return; it doubles. In less, a quarter of all tabs came within a tenth of a second of a quick restart. */
const SPREAD_MS = 1_000;
const MOST_MS = 20_000;

/** How long to wait before the next attempt: full jitter, so that many clients do not come back at once. */
export class BackOff {
  readonly #random: () => number;
  #attempts = 0;

  /** @param random in [0, 1) */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** Milliseconds, 500 to 20,000. */
  next(): number {
    const spread = Math.min(MOST_MS, SPREAD_MS * 2 ** Math.min(this.#attempts, 10));
    this.#attempts += 1;
    return Math.min(MOST_MS, Math.round(LEAST_MS + this.#random() * spread));
  }

  reset(): void {
    this.#attempts = 0;
  }
}
