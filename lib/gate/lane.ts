import { Bucket } from './bucket.ts';
import { Semaphore } from './semaphore.ts';
import type { LaneRates } from './terms.ts';
import { type LaneLoad, Valve } from './valve.ts';

const NEWEST_SHARE = 0.2;

/** What a running call has of its lane. */
export interface LaneHold {
  readonly round: number;
  /** `extra`: tokens used beyond the estimate, negative when fewer. */
  giveBack(extra: number, now: number): void;
}

/** One (upstream, model) pair: its permits, its rates, how much it takes at the moment, how long its calls usually last. */
export class Lane {
  readonly name: string;
  readonly permits = new Semaphore(Number.POSITIVE_INFINITY);
  readonly valve = new Valve();
  readonly requests = new Bucket(Number.POSITIVE_INFINITY);
  readonly tokens = new Bucket(Number.POSITIVE_INFINITY);
  readonly #overall: Semaphore;
  #usualHoldMs: number | null = null;

  constructor(name: string, overall: Semaphore) {
    this.name = name;
    this.#overall = overall;
  }

  /** The limit that was configured; the overall one when none was. */
  get ceiling(): number {
    return Math.min(this.permits.limit, this.#overall.limit);
  }

  /** What of the ceiling the upstream takes at the moment. */
  get workingLimit(): number {
    return this.valve.workingLimit(this.ceiling);
  }

  get load(): LaneLoad {
    return { ceiling: this.ceiling, held: this.permits.held };
  }

  /** A moving average, ms; null before the first call has ended. */
  get usualHoldMs(): number | null {
    return this.#usualHoldMs;
  }

  setRates(rates: LaneRates, now: number): void {
    this.requests.setRate(rates.requestsPerMinute ?? Number.POSITIVE_INFINITY, now);
    this.tokens.setRate(rates.tokensPerMinute ?? Number.POSITIVE_INFINITY, now);
  }

  hasRoom(now: number): boolean {
    return this.permits.free > 0 && this.valve.hasRoom(now, this.load);
  }

  /** When the rates let a call of this many tokens start. */
  readyAt(weight: number, now: number): number {
    return Math.max(this.requests.readyAt(1, now), this.tokens.readyAt(weight, now));
  }

  /** Null, with nothing taken, when it may not start. */
  take(weight: number, now: number): LaneHold | null {
    const release = this.hasRoom(now) && this.readyAt(weight, now) <= now && this.permits.tryAcquire();
    if (!release) return null;
    this.requests.take(1, now);
    this.tokens.take(weight, now);
    const round = this.valve.began();
    return {
      round,
      giveBack: (extra, then) => {
        release();
        this.valve.ended(round);
        this.tokens.take(extra, then);
      },
    };
  }

  ended(heldMs: number): void {
    const before = this.#usualHoldMs ?? heldMs;
    this.#usualHoldMs = before + NEWEST_SHARE * (heldMs - before);
  }
}
