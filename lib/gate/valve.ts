const CUT = 0.5;
const BACKOFF_MS = { least: 1000, most: 60_000 };

/** The lane a valve belongs to, as it is now. */
export interface LaneLoad {
  /** What the working limit may rise to. */
  readonly ceiling: number;
  readonly held: number;
}

/**
 * How much a lane's upstream takes at the moment, learnt from what it answers (AIMD, as TCP does it): when it says that it has
 * had enough the lane closes for a while and its limit is halved, once for all the calls of that moment; then one
 * call goes ahead, every success lets one more go, and above the halved limit it rises by one per round of successes.
 *
 * A cut begins a round. What calls of an earlier round report is old news: it may close the lane, it neither cuts nor raises.
 */
export class Valve {
  #round = 0;
  /** Open calls that began in this round. */
  #fresh = 0;
  /** How many of those there may be; null when only the working limit counts. */
  #reopening: number | null = null;
  #working = Number.POSITIVE_INFINITY;
  #closedUntil: number | null = null;
  /** Cuts since a call of its round succeeded. */
  #cuts = 0;

  get closedUntil(): number | null {
    return this.#closedUntil;
  }

  get reopening(): number | null {
    return this.#reopening;
  }

  /** At least 1, unless the ceiling is 0. */
  workingLimit(ceiling: number): number {
    return Math.min(Math.floor(this.#working), ceiling);
  }

  hasRoom(now: number, { held, ceiling }: LaneLoad): boolean {
    if (held >= this.workingLimit(ceiling)) return false;
    if (this.#closedUntil !== null) return this.#closedUntil <= now;
    return this.#reopening === null || this.#fresh < this.#reopening;
  }

  /** A call begins. Returns its round, to be handed back by `ended`. */
  began(): number {
    this.#fresh += 1;
    return this.#round;
  }

  ended(round: number): void {
    if (round === this.#round) this.#fresh -= 1;
  }

  /**
   * Closes until `retryAfterMs` from now, or for a time that doubles as long as nothing succeeds when none is given, or hardly
   * any. A call of unknown round that comes while it is closed already is taken for one of the same moment.
   */
  close(now: number, retryAfterMs: number | null, round: number | undefined, load: LaneLoad): void {
    const wasOpen = this.#closedUntil === null;
    const isNews = round === undefined ? wasOpen : round === this.#round;
    if (!wasOpen && !isNews && retryAfterMs === null) return;
    if (isNews) this.#cut(load);
    if (isNews || wasOpen) this.#reopening = 1;
    const until = now + this.#closedFor(retryAfterMs);
    this.#closedUntil = Math.max(until, this.#closedUntil ?? until);
  }

  /** False when it is open already, or its time has not come. */
  open(now: number): boolean {
    if (this.#closedUntil === null || this.#closedUntil > now) return false;
    this.#closedUntil = null;
    return true;
  }

  succeeded(round: number | undefined, ceiling: number): void {
    if (this.#closedUntil !== null || (round ?? this.#round) !== this.#round) return;
    this.#cuts = 0;
    if (this.#reopening === null) {
      this.#working += 1 / this.#working;
      if (this.workingLimit(ceiling) === ceiling) this.#working = Number.POSITIVE_INFINITY;
      return;
    }
    this.#reopening += 1;
    if (this.#reopening >= this.workingLimit(ceiling)) this.#reopening = null;
  }

  #cut({ ceiling, held }: LaneLoad): void {
    this.#cuts += 1;
    this.#round += 1;
    this.#fresh = 0;
    const limit = this.workingLimit(ceiling);
    // Half of no limit is none: then what was open was too much.
    this.#working = Math.max(1, Math.floor(CUT * (Number.isFinite(limit) ? limit : held)));
  }

  /** Who names hardly any time again and again is not asked as often: later than it wishes is allowed, earlier is not. */
  #closedFor(retryAfterMs: number | null): number {
    if (retryAfterMs === null) return this.#backoffMs();
    const isHasty = retryAfterMs < BACKOFF_MS.least && this.#cuts > 1;
    return isHasty ? this.#backoffMs() : retryAfterMs;
  }

  #backoffMs(): number {
    return Math.min(BACKOFF_MS.most, BACKOFF_MS.least * 2 ** Math.max(0, this.#cuts - 1));
  }
}
