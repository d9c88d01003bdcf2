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
 * lane where none has ended yet are taken to end before time does anything; who starts only because of that is given no
 * time. Lanes whose limit is 0 come last.
 */
export function forecast<E extends Entry>(present: Present<E>): Expectation<E>[] {
  return new Course(present).run();
}

/** Calls that are open: in all, by lane and by user. */
class Tally {
  all = 0;
  readonly in = new Map<string, number>();
  readonly of = new Map<string, number>();

  count({ lane, user }: Pick<RunningCall, 'lane' | 'user'>, change: number): void {
    this.all += change;
    this.in.set(lane, (this.in.get(lane) ?? 0) + change);
    this.of.set(user, (this.of.get(user) ?? 0) + change);
  }
}

interface ForeseenCall extends RunningCall {
  /** Whether it is known when it began. */
  readonly isTimed: boolean;
}

/** What will happen, step by step: somebody starts, else a call ends or time passes, whichever comes first. */
class Course<E extends Entry> {
  readonly #present: Present<E>;
  readonly #queue: FairQueue<E>;
  readonly #running: ForeseenCall[] = [];
  readonly #open = new Tally();
  /** The same, if calls whose end is not known went on for ever. */
  readonly #openAtWorst = new Tally();
  readonly #order: Expectation<E>[] = [];
  #clock: number;
  #ended = 0;
  /** When rates let somebody start whose turn it is. */
  #ratesAt = Number.POSITIVE_INFINITY;

  constructor(present: Present<E>) {
    this.#present = present;
    this.#queue = present.queue;
    this.#clock = present.now;
    for (const { lane, user, since } of present.running) this.#begin({ lane, user, since, isTimed: true });
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
    const hasRoom = (lane: string) => this.#hasRoom(lane, this.#open);
    const isReady = (entry: E) => this.#isReady(entry);
    for (;;) {
      this.#ratesAt = Number.POSITIVE_INFINITY;
      const entry = this.#queue.next(hasRoom, isReady);
      if (!entry) return;
      this.#start(entry);
    }
  }

  #start(entry: E): void {
    const { lane, user, weight } = entry;
    const isTimed = this.#hasRoom(lane, this.#openAtWorst) && !this.#isAtCap(user, this.#openAtWorst);
    this.#begin({ lane, user, since: this.#clock, isTimed });
    const { requests, tokens } = this.#present.lane(lane);
    requests.take(1, this.#clock);
    tokens.take(weight, this.#clock);
    this.#present.charge(entry);
    this.#order.push({ entry, at: isTimed ? this.#clock : null });
  }

  /** False when nothing more will happen. */
  #goOn(): boolean {
    const next = this.#running[this.#ended];
    const holdMs = next ? this.#present.lane(next.lane).usualHoldMs : null;
    const endsAt = next ? Math.max(this.#clock, this.#endOf(next, holdMs ?? 0)) : Number.POSITIVE_INFINITY;
    const timeAt = Math.min(this.#ratesAt, this.#opensAt());
    if (!next && timeAt === Number.POSITIVE_INFINITY) return false;
    this.#clock = Math.min(timeAt, endsAt);
    if (next && endsAt < timeAt) this.#end(next, next.isTimed && holdMs !== null);
    return true;
  }

  /** A call that has outrun what is usual goes on for a quarter of what it took so far: the longer, the longer. */
  #endOf({ since }: ForeseenCall, holdMs: number): number {
    const { now } = this.#present;
    const ranMs = now - since;
    return ranMs <= holdMs ? since + holdMs : now + ranMs / 4;
  }

  #hasRoom(name: string, open: Tally): boolean {
    const lane = this.#present.lane(name);
    const isOpen = (lane.opensAt ?? this.#clock) <= this.#clock;
    return isOpen && open.all < this.#present.limit && (open.in.get(name) ?? 0) < lane.limit;
  }

  #isReady({ lane: name, weight }: E): boolean {
    const { requests, tokens } = this.#present.lane(name);
    // As the gate is woken: on whole milliseconds.
    const at = Math.ceil(Math.max(requests.readyAt(1, this.#clock), tokens.readyAt(weight, this.#clock)));
    if (at <= Math.ceil(this.#clock)) return true;
    this.#ratesAt = Math.min(this.#ratesAt, at);
    return false;
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

  #begin(call: ForeseenCall): void {
    this.#running.push(call);
    this.#open.count(call, 1);
    this.#openAtWorst.count(call, 1);
    if (this.#isAtCap(call.user, this.#open)) this.#queue.park(call.user);
  }

  #end(call: ForeseenCall, isTimed: boolean): void {
    this.#ended += 1;
    this.#open.count(call, -1);
    if (isTimed) this.#openAtWorst.count(call, -1);
    if (!this.#isAtCap(call.user, this.#open)) this.#queue.unpark(call.user);
  }

  #isAtCap(user: string, open: Tally): boolean {
    return (open.of.get(user) ?? 0) >= this.#present.perUser;
  }
}
