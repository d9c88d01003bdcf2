import { Refusal } from '#lib/wire/error-code.ts';

/** Searches at once, then so many a second: more than anybody types. */
const BURST = 30;
const PER_SECOND = 4;
const PERSONS = 10_000;

/** How many searches a person has left. */
export class SearchRate {
  readonly #clock: () => number;
  readonly #persons = new Map<string, { left: number; at: number }>();

  /** @param clock milliseconds, monotonic */
  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /** Persons remembered now: those who search least recently are forgotten. */
  get size(): number {
    return this.#persons.size;
  }

  /** @throws Refusal `too_many_requests` */
  take(userId: string): void {
    const now = this.#clock();
    const known = this.#persons.get(userId) ?? { left: BURST, at: now };
    const left = Math.min(BURST, known.left + ((now - known.at) / 1000) * PER_SECOND);
    // The newest are last.
    this.#persons.delete(userId);
    this.#persons.set(userId, { left: Math.max(0, left - 1), at: now });
    const oldest = this.#persons.keys().next().value;
    if (this.#persons.size > PERSONS && oldest !== undefined) this.#persons.delete(oldest);
    if (left >= 1) return;
    const retryAfterMs = Math.ceil(((1 - left) / PER_SECOND) * 1000);
    throw new Refusal('too_many_requests', 'You search faster than Weir finds. Wait a moment.', {
      retryAfterMs,
    });
  }
}
