import { UpstreamFailure } from './model.ts';

/** All in milliseconds. */
export interface Limits {
  /** Until the connection stands and the request is on its way. */
  connectMs: number;
  /** From there to the first text or thought. */
  firstContentMs: number;
  /** Between two pieces of text or thought; comments and empty deltas do not count. */
  idleMs: number;
  /** The whole call. */
  totalMs: number;
  /** After `finish_reason`, for the usage and `[DONE]`: the answer is whole without them. */
  tailMs: number;
}

export const usualLimits: Limits = {
  connectMs: 10_000,
  firstContentMs: 60_000,
  idleMs: 60_000,
  totalMs: 30 * 60_000,
  tailMs: 2_000,
};

type Phase = 'connect' | 'firstContent' | 'idle' | 'tail';
export type Clock = Phase | 'total';

const longestTimer = 2 ** 31 - 1;

/**
 * The clocks of one call. A token costs one reading of the clock: the one timer looks at it when it fires and re-arms
 * itself for what is left.
 */
export class Clocks {
  readonly #limits: Limits;
  readonly #expired: (clock: Clock) => void;
  readonly #endsAt: number;
  #phase: Phase = 'connect';
  #since = performance.now();
  #timer: NodeJS.Timeout | undefined;

  /** `expired` is called at most once. */
  constructor(limits: Limits, expired: (clock: Clock) => void) {
    this.#limits = limits;
    this.#expired = expired;
    this.#endsAt = this.#since + limits.totalMs;
    this.#arm();
  }

  connected(): void {
    if (this.#phase === 'connect') this.#enter('firstContent');
  }

  content(): void {
    if (this.#phase === 'idle' || this.#phase === 'tail') this.#since = performance.now();
    else this.#enter('idle');
  }

  finished(): void {
    if (this.#phase !== 'tail') this.#enter('tail');
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #enter(phase: Phase): void {
    this.#phase = phase;
    this.#since = performance.now();
    this.#arm();
  }

  #arm(): void {
    clearTimeout(this.#timer);
    const left = Math.min(this.#deadline(), this.#endsAt) - performance.now();
    this.#timer = setTimeout(() => this.#look(), Math.min(Math.max(1, Math.ceil(left)), longestTimer));
  }

  #look(): void {
    const now = performance.now();
    if (now >= this.#deadline()) this.#expired(this.#phase);
    else if (now >= this.#endsAt) this.#expired(this.#phase === 'tail' ? 'tail' : 'total');
    else this.#arm();
  }

  #deadline(): number {
    return this.#since + this.#limits[`${this.#phase}Ms`];
  }
}

/** Null for `tail`: then the answer is complete. */
export function clockFailure(clock: Clock): UpstreamFailure | null {
  const message = `${clock} clock ran out`;
  if (clock === 'connect') return new UpstreamFailure('upstream_unreachable', { retryable: true, message });
  if (clock === 'firstContent') return new UpstreamFailure('upstream_timeout', { retryable: true, message });
  if (clock === 'idle') return new UpstreamFailure('upstream_stalled', { retryable: true, message });
  if (clock === 'total') return new UpstreamFailure('answer_too_long', { message });
  return null;
}
