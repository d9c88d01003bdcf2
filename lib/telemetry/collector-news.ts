import type { Log } from './log.ts';

const EVERY_MS = 60 * 60_000;

/** A collector that is away is worth a line in the log, but not one for every batch that is dropped: one an hour at most. */
export class CollectorNews {
  readonly #log: Log;
  readonly #now: () => number;
  #toldAt = Number.NEGATIVE_INFINITY;
  #missed = 0;
  #isToldAway = false;

  /** @param now milliseconds */
  constructor(log: Log, now: () => number) {
    this.#log = log;
    this.#now = now;
  }

  /** @param why a code: errors themselves can quote the collector */
  missed(why: string | number): void {
    this.#missed += 1;
    if (this.#now() - this.#toldAt < EVERY_MS) return;
    this.#toldAt = this.#now();
    this.#isToldAway = true;
    this.#log.warn(
      { why, missed: this.#missed },
      'telemetry does not reach its collector; what is not taken is dropped',
    );
  }

  arrived(): void {
    if (this.#isToldAway) this.#log.info({ missed: this.#missed }, 'telemetry reaches its collector again');
    this.#isToldAway = false;
    this.#missed = 0;
  }
}
