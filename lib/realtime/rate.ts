/** Token bucket: `burst` at once, `perSecond` in the long run. */
export class Rate {
  readonly #burst: number;
  readonly #perMs: number;
  readonly #clock: () => number;
  #tokens: number;
  #at: number;

  /** @param clock milliseconds, monotonic */
  constructor(burst: number, perSecond: number, clock: () => number) {
    this.#burst = burst;
    this.#perMs = perSecond / 1000;
    this.#clock = clock;
    this.#tokens = burst;
    this.#at = clock();
  }

  take(): boolean {
    const now = this.#clock();
    this.#tokens = Math.min(this.#burst, this.#tokens + (now - this.#at) * this.#perMs);
    this.#at = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}

/** What one connection may send. */
export function messageRate(clock: () => number): Rate {
  return new Rate(200, 50, clock);
}

/** Refusals that a client of ours never comes near: beyond them it is not worth answering. */
export function refusalRate(clock: () => number): Rate {
  return new Rate(300, 2, clock);
}
