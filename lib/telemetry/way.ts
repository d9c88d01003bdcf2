import type { Hop, HopLabels, Meter } from './meter.ts';

/**
 * The stopwatch of one answer: each hop is measured from the one before it, so that together they are the whole time.
 * Only `first_frame` is a branch, measured from the first delta: a short answer may be over before its first words leave.
 * Else nothing counts any more after `end`.
 */
export class Way {
  readonly #meter: Pick<Meter, 'hop'>;
  readonly #labels: () => HopLabels;
  readonly #clock: () => number;
  #last: number;
  /** Set while the first frame is awaited. */
  #firstDelta: number | null = null;
  #isOver = false;

  /**
   * @param labels asked at every hop: a second model may take over on the way
   * @param clock milliseconds, monotonic
   */
  constructor(meter: Pick<Meter, 'hop'>, labels: () => HopLabels, clock: () => number) {
    this.#meter = meter;
    this.#labels = labels;
    this.#clock = clock;
    this.#last = clock();
  }

  reach(hop: Hop): void {
    if (hop === 'first_frame') return this.#frame();
    if (this.#isOver) return;
    const now = this.#clock();
    this.#meter.hop(hop, now - this.#last, this.#labels());
    this.#last = now;
    if (hop === 'first_delta') this.#firstDelta = now;
    if (hop === 'end') this.#isOver = true;
  }

  /** Whoever sends the first one: later frames and further tabs do not count. */
  #frame(): void {
    if (this.#firstDelta === null) return;
    this.#meter.hop('first_frame', this.#clock() - this.#firstDelta, this.#labels());
    this.#firstDelta = null;
  }
}
