import type { Bucket } from './bucket.ts';
import type { Entry } from './cohort.ts';
import type { FairQueue } from './fair-queue.ts';

export interface RunningCall {
  readonly lane: string;
  readonly user: string;
  /** On the gate's clock, ms. */
  readonly since: number;
}

/** A lane as a forecast sees it. The buckets are used up: hand in copies. */
export interface LaneProspect {
  readonly limit: number;
  /** On the gate's clock, ms; null when it is open. */
  readonly opensAt: number | null;
  /** How long its calls usually last, ms; null when not known. */
  readonly usualHoldMs: number | null;
  readonly requests: Bucket;
  readonly tokens: Bucket;
}

/** What a forecast starts from. `queue` is used up: hand in a copy. */
export interface Present<E extends Entry> {
  readonly queue: FairQueue<E>;
  /** In the order in which they were granted. */
  readonly running: Iterable<RunningCall>;
  readonly limit: number;
  readonly perUser: number;
  /** Always the same object for the same lane. */
  readonly lane: (name: string) => LaneProspect;
  readonly now: number;
  readonly charge: (entry: E) => void;
}

export interface Expectation<E extends Entry> {
  readonly entry: E;
  /** Expected time of the grant on the gate's clock, ms; null when not known. */
  readonly at: number | null;
}

/**
 * The order in which those who wait will be granted, if from now on nobody arrives or leaves, no limit changes, calls last
 * as long as usual in their lane, end in the order in which they were granted, and use what was estimated. Calls of a
 * lane where none has ended yet are taken to end before time does anything. Lanes whose limit is 0 come last.
 */
export function forecast<E extends Entry>(present: Present<E>): Expectation<E>[] {
  return new Course(present).run();
}

/** What will happen, step by step: somebody starts, else a call ends or time passes, whichever comes first. */
class Course<E extends Entry> {
  readonly #present: Present<E>;
  readonly #queue: FairQueue<E>;
  readonly #running: RunningCall[] = [];
  readonly #openIn = new Map<string, number>();
  readonly #openOf = new Map<string, number>();
  readonly #order: Expectation<E>[] = [];
  #clock: number;
  #ended = 0;
  /** False from the first end on whose time is not known. */
  #isTimed = true;
  /** When rates let somebody start whose turn it is. */
  #ratesAt = Number.POSITIVE_INFINITY;

  constructor(present: Present<E>) {
    this.#present = present;
    this.#queue = present.queue;
    this.#clock = present.now;
    for (const call of present.running) this.#begin(call);
  }

  run(): Expectation<E>[] {
    do this.#startAll();
    while (this.#queue.size > 0 && this.#goOn());
    const takes = () => true;
    for (let entry = this.#queue.next(takes); entry; entry = this.#queue.next(takes)) {
      this.#order.push({ entry, at: null });
    }
    return this.#order;
  }

  #startAll(): void {
    const hasRoom = (lane: string) => this.#hasRoom(lane);
    const isReady = (entry: E) => this.#isReady(entry);
    for (;;) {
      this.#ratesAt = Number.POSITIVE_INFINITY;
      const entry = this.#queue.next(hasRoom, isReady);
      if (!entry) return;
      this.#begin({ lane: entry.lane, user: entry.user, since: this.#clock });
      const { requests, tokens } = this.#present.lane(entry.lane);
      requests.take(1, this.#clock);
      tokens.take(entry.weight, this.#clock);
      this.#present.charge(entry);
      this.#order.push({ entry, at: this.#isTimed ? this.#clock : null });
    }
  }

  /** False when nothing more will happen. */
  #goOn(): boolean {
    const next = this.#running[this.#ended];
    const holdMs = next && this.#present.lane(next.lane).usualHoldMs;
    const endsAt = next ? Math.max(this.#clock, next.since + (holdMs ?? 0)) : Number.POSITIVE_INFINITY;
    const timeAt = Math.min(this.#ratesAt, this.#opensAt());
    if (timeAt < endsAt) {
      this.#clock = timeAt;
      return true;
    }
    if (!next) return false;
    if (holdMs === null) this.#isTimed = false;
    this.#clock = endsAt;
    this.#end(next);
    return true;
  }

  #hasRoom(name: string): boolean {
    const lane = this.#present.lane(name);
    if (this.#running.length - this.#ended >= this.#present.limit) return false;
    return (this.#openIn.get(name) ?? 0) < lane.limit && (lane.opensAt ?? this.#clock) <= this.#clock;
  }

  #isReady({ lane: name, weight }: E): boolean {
    const { requests, tokens } = this.#present.lane(name);
    const at = Math.max(requests.readyAt(1, this.#clock), tokens.readyAt(weight, this.#clock));
    if (at > this.#clock) this.#ratesAt = Math.min(this.#ratesAt, at);
    return at <= this.#clock;
  }

  /** When the next lane opens that somebody waits for. */
  #opensAt(): number {
    let first = Number.POSITIVE_INFINITY;
    for (const { lane } of this.#queue.cohorts()) {
      const { opensAt, limit } = this.#present.lane(lane);
      if (opensAt !== null && opensAt > this.#clock && limit > 0) first = Math.min(first, opensAt);
    }
    return first;
  }

  #begin(call: RunningCall): void {
    this.#running.push(call);
    this.#count(call, 1);
    if (this.#isAtCap(call.user)) this.#queue.park(call.user);
  }

  #end(call: RunningCall): void {
    this.#ended += 1;
    this.#count(call, -1);
    if (!this.#isAtCap(call.user)) this.#queue.unpark(call.user);
  }

  #isAtCap(user: string): boolean {
    return (this.#openOf.get(user) ?? 0) >= this.#present.perUser;
  }

  #count({ lane, user }: RunningCall, change: number): void {
    this.#openIn.set(lane, (this.#openIn.get(lane) ?? 0) + change);
    this.#openOf.set(user, (this.#openOf.get(user) ?? 0) + change);
  }
}
