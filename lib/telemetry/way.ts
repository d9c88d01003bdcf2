import type { Hop, HopLabels, Meter } from './meter.ts';

/**
 * The stopwatch of one answer: each hop is measured from the one before it, so that together they are the whole time.
 * Only `first_frame` is a branch, measured from the first delta. After `end` nothing counts any more.
 */
export class Way {
  readonly #meter: Pick<Meter, 'hop'>;
  readonly #labels: () => HopLabels;
  readonly #clock: () => number;
  #last: number;
  #firstFrame: 'early' | 'awaited' | 'seen' = 'early';
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
    if (this.#isOver) return;
    if (hop === 'first_frame') return this.#frame();
    const now = this.#clock();
    this.#meter.hop(hop, now - this.#last, this.#labels());
    this.#last = now;
    if (hop === 'first_delta') this.#firstFrame = 'awaited';
    if (hop === 'end') this.#isOver = true;
  }

  /** Whoever sends the first one: later frames and further tabs do not count. */
  #frame(): void {
    if (this.#firstFrame !== 'awaited') return;
    this.#firstFrame = 'seen';
    this.#meter.hop('first_frame', this.#clock() - this.#last, this.#labels());
  }
}
