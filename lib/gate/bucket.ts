const MINUTE_MS = 60_000;

/** Throws when `perMinute` is no rate: it is a number above 0; Infinity bounds nothing. */
export function checkRate(perMinute: number): number {
  if (perMinute > 0) return perMinute;
  throw new RangeError(`a rate is a number above 0, got ${perMinute}`);
}

/**
 * A bucket that holds one minute's worth and fills evenly: in any stretch of n minutes at most n + 1 minutes' worth leaves it.
 * What costs more than it holds leaves when it is full, and the debt holds up those that come after.
 *
 * Kept as one number, the moment at which it will be full again (GCRA), so that nothing need be done as time passes.
 */
export class Bucket {
  #perMinute: number;
  #fullAt = Number.NEGATIVE_INFINITY;

  constructor(perMinute: number) {
    this.#perMinute = checkRate(perMinute);
  }

  /** Null when it bounds nothing. */
  get perMinute(): number | null {
    return Number.isFinite(this.#perMinute) ? this.#perMinute : null;
  }

  /** What has gathered is kept, what is missing too, except that nothing is owed beyond an empty bucket. */
  setRate(perMinute: number, now: number): void {
    const missing = Math.min(this.#missing(now), checkRate(perMinute));
    this.#perMinute = perMinute;
    this.#fullAt = now + this.#fillMs(missing);
  }

  /** What may be taken at `now`; below 0 while in debt, null when it bounds nothing. */
  left(now: number): number | null {
    return this.perMinute === null ? null : this.#perMinute - this.#missing(now);
  }

  /** The first moment, `now` or later, at which `cost` may be taken if nobody else takes. */
  readyAt(cost: number, now: number): number {
    const mayBeMissingMs = Math.max(0, MINUTE_MS - this.#fillMs(cost));
    return Math.max(now, this.#fullAt - mayBeMissingMs);
  }

  /** Takes without asking; a negative cost puts back, at most until it is full. */
  take(cost: number, now: number): void {
    this.#fullAt = Math.max(this.#fullAt, now) + this.#fillMs(cost);
  }

  copy(): Bucket {
    const copied = new Bucket(this.#perMinute);
    copied.#fullAt = this.#fullAt;
    return copied;
  }

  #missing(now: number): number {
    return this.perMinute === null ? 0 : (Math.max(0, this.#fullAt - now) * this.#perMinute) / MINUTE_MS;
  }

  #fillMs(amount: number): number {
    return (amount * MINUTE_MS) / this.#perMinute;
  }
}
