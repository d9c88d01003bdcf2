import type { GateClass, LaneRates } from './gate.ts';

const TOLERANCE = 1e-3;

/** A token bucket the long way round: a level that is raised as time passes. For tests. */
class NaiveBucket {
  perMinute: number | null = null;
  #level = 0;
  /** What has run over since it was full: how surely it is. */
  #over = 0;
  #at = 0;

  level(now: number): number {
    const gained = ((now - this.#at) * (this.perMinute ?? 0)) / 60_000;
    this.#at = now;
    this.#fill(gained);
    return this.#level;
  }

  setRate(perMinute: number | null, now: number): void {
    const missing = (this.perMinute ?? 0) - this.level(now);
    this.#level = (perMinute ?? 0) - Math.min(missing, perMinute ?? 0);
    this.perMinute = perMinute;
    this.#over = 0;
  }

  /** Whether there is enough, give or take what rounding may do to `slack`. */
  fits(cost: number, now: number, slack: number): boolean {
    const { perMinute } = this;
    return perMinute === null || this.level(now) + this.#over >= Math.min(cost, perMinute) + slack;
  }

  take(cost: number, now: number): void {
    if (this.perMinute === null) return;
    this.level(now);
    this.#fill(-cost);
  }

  #fill(amount: number): void {
    const wanted = this.#level + amount;
    this.#level = Math.min(this.perMinute ?? 0, wanted);
    this.#over = wanted > this.#level ? this.#over + wanted - this.#level : 0;
  }

  /** Whether somebody else's figure is the same. */
  agrees(seen: { perMinute: number; left: number } | null, now: number): boolean {
    if (seen === null || this.perMinute === null) return seen === null && this.perMinute === null;
    return seen.perMinute === this.perMinute && Math.abs(seen.left - this.level(now)) < TOLERANCE;
  }
}

/** What one lane may do, as a test sees it from outside. */
export class NaiveLane {
  limit = Number.POSITIVE_INFINITY;
  working = Number.POSITIVE_INFINITY;
  /** How many calls of the newest round may be open. */
  reopening = Number.POSITIVE_INFINITY;
  closedUntil = 0;
  /** Each cut begins one. */
  round = 0;
  readonly requests = new NaiveBucket();
  readonly tokens = new NaiveBucket();

  setRates({ requestsPerMinute, tokensPerMinute }: LaneRates, now: number): void {
    this.requests.setRate(requestsPerMinute ?? null, now);
    this.tokens.setRate(tokensPerMinute ?? null, now);
  }

  close(until: number, now: number): void {
    if (this.closedUntil <= now) this.reopening = 1;
    this.closedUntil = Math.max(this.closedUntil, until);
  }

  /** `round` is null when it is not known which call it was. */
  throttled(round: number | null, ceiling: number, now: number): void {
    if (round === null ? now < this.closedUntil : round !== this.round) return;
    this.working = Math.max(1, Math.floor(Math.min(Math.floor(this.working), ceiling) / 2));
    this.reopening = 1;
    this.round += 1;
  }

  succeeded(round: number | null, ceiling: number, now: number): void {
    if ((round ?? this.round) !== this.round || now < this.closedUntil) return;
    if (this.reopening < Number.POSITIVE_INFINITY) {
      this.reopening += 1;
      const isDone = this.reopening >= Math.min(Math.floor(this.working), ceiling);
      if (isDone) this.reopening = Number.POSITIVE_INFINITY;
      return;
    }
    this.working += 1 / this.working;
    if (this.working >= ceiling) this.working = Number.POSITIVE_INFINITY;
  }

  /** `since` calls of the newest round are open. */
  lets(since: number, now: number): boolean {
    return now >= this.closedUntil && since < this.reopening;
  }

  mayFit(weight: number, now: number): boolean {
    return this.requests.fits(1, now, -TOLERANCE) && this.tokens.fits(weight, now, -TOLERANCE);
  }

  surelyFits(weight: number, now: number): boolean {
    return this.requests.fits(1, now, TOLERANCE) && this.tokens.fits(weight, now, TOLERANCE);
  }

  take(weight: number, now: number): void {
    this.requests.take(1, now);
    this.tokens.take(weight, now);
  }
}

interface Waits {
  readonly user: string;
  readonly class: GateClass;
}

/** The bounds of the queue, counted anew each time. For tests. */
export class NaiveBounds {
  readonly most = { background: 12, others: 40 };
  readonly mostPerUser = { background: 5, others: 20 };
  /** How often somebody was refused, by place and code. */
  readonly refused = new Map<string, number>();

  /** Why one more is turned away by those who wait; null when it is not. */
  codeOf(call: Waits, waiting: Iterable<Waits>): 'user_queue_full' | 'queue_full' | null {
    const peers = [...waiting].filter((other) => other !== call && placeOf(other) === placeOf(call));
    const own = peers.filter(({ user }) => user === call.user);
    if (own.length >= this.mostPerUser[placeOf(call)]) return 'user_queue_full';
    return peers.length >= this.most[placeOf(call)] ? 'queue_full' : null;
  }

  count(call: Waits, code: string): void {
    const key = `${placeOf(call)} ${code}`;
    this.refused.set(key, (this.refused.get(key) ?? 0) + 1);
  }
}

function placeOf(call: Waits): 'background' | 'others' {
  return call.class === 'background' ? 'background' : 'others';
}
