import type { GateClass } from './cohort.ts';

export interface GateRequest {
  /** Unique among those waiting and running, e.g. the id of the generation. */
  readonly id: string;
  /** `${upstream}/${model}` */
  readonly lane: string;
  readonly user: string;
  readonly class: GateClass;
  /** Aborting while waiting leaves the queue in the same tick and rejects with `signal.reason`. */
  readonly signal: AbortSignal;
  /**
   * Estimated tokens, default 1; charged to the user and taken from the lane's tokens per minute at the grant, settled by
   * `release`.
   */
  readonly weight?: number;
  /**
   * How long to wait at most, ms; then it rejects with a GateRefusal `queue_timeout`. Left out, what the options say of the
   * class; Infinity waits as long as it takes.
   */
  readonly deadlineMs?: number;
  /** Let in before, e.g. stored by a process that died: the bounds of the queue do not apply again. */
  readonly admitted?: boolean;
}

/** The right to have one upstream call open. Whoever got it releases it, also when its signal aborted meanwhile. */
export interface Permit {
  readonly id: string;
  readonly waitedMs: number;
  /**
   * The first call counts; later ones do nothing. `tokens` is what was really used, 0 for a call that was turned away; left
   * out, the estimate stands. Give it back after `throttled` or `succeeded` was told, not before.
   */
  release(usage?: { readonly tokens: number }): void;
}

/**
 * Where somebody stands among all who wait. Position n is the nth to be granted if from now on nobody arrives or leaves, no
 * limit changes, and calls end in the order in which they began; so positions are 1 to n, without holes or
 * doubles, over all lanes, and also count those ahead who wait for another lane. Who waits for calls of their own to end
 * (`perUser`) stands where they then will be. Who waits for time to pass, because the lane is closed or its rates are used
 * up, stands where usual call times put that moment, and behind everybody who needs no time where those are not known.
 */
export interface Place {
  readonly position: number;
  /**
   * Expected wait from now: from how long the calls ahead usually last in their lanes, when closed lanes open, and what rates
   * allow if estimates hold. A lane that opens is taken to use its whole working limit at once, which it reaches some
   * calls later. Null while it depends on calls of a lane where none has ended, or on a lane whose limit is 0.
   */
  readonly etaMs: number | null;
}

export type EntryRefusalCode = 'queue_full' | 'user_queue_full' | 'draining';
export type RefusalCode = EntryRefusalCode | 'queue_timeout';

const REASONS: Record<RefusalCode, string> = {
  queue_full: 'too many calls are waiting',
  user_queue_full: 'too many calls of this user are waiting',
  draining: 'no new calls are taken: shutting down',
  queue_timeout: 'waited too long for a turn',
};

/** The call was not queued, or no longer is. Trying again makes sense after `retryAfterMs`. */
export class GateRefusal<Code extends RefusalCode = RefusalCode> extends Error {
  override readonly name = 'GateRefusal';
  readonly code: Code;
  readonly retryAfterMs: number;

  constructor(code: Code, retryAfterMs: number) {
    super(REASONS[code]);
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}

/** Left out or null: no limit. Both are numbers above 0. */
export interface LaneRates {
  readonly requestsPerMinute?: number | null;
  /** Taken by the estimate at the grant, settled by what was really used. */
  readonly tokensPerMinute?: number | null;
}

/** What an upstream said when it had enough. */
export interface Throttling {
  /** What it asked for, ms from now; null when it named no time, or for a time-out before the first token. */
  readonly retryAfterMs: number | null;
  /** The call that was turned away, while it holds its permit: tells old news from new. */
  readonly id?: string;
}

export interface GateOptions {
  /** Calls open at once, over all lanes. Limits are whole numbers from 0 (closed), or Infinity. */
  readonly limit: number;
  /** Lanes not named here are bounded by `limit` alone. */
  readonly laneLimits?: Readonly<Record<string, number>>;
  readonly laneRates?: Readonly<Record<string, LaneRates>>;
  /** Calls one user may have open at once, over all lanes; a whole number from 1. Null, the default: no limit. */
  readonly perUser?: number | null;
  /** How long calls of a class wait at most, ms. Left out: as long as it takes. */
  readonly deadlineMs?: Readonly<Partial<Record<GateClass, number>>>;
  /** Of interactive calls and helpers, default 10,000. Who can start at once is never refused. */
  readonly maxWaiting?: number;
  /** Default 1,000. */
  readonly maxWaitingPerUser?: number;
  /** Of background calls, which have these places for themselves; as many again by default. */
  readonly maxBackground?: number;
  readonly maxBackgroundPerUser?: number;
  /** A clock in ms that never goes back. */
  readonly now: () => number;
  /** Guaranteed parts of the contended grants, up to a quarter each, default 0.1 each; the rest is interactive. */
  readonly shares?: { readonly helper?: number; readonly background?: number };
  /** In each class and lane one grant in this many goes to whoever has gone longest without. Default 16. */
  readonly patience?: number;
  /** After this long tokens served count half. Default 5 minutes. */
  readonly halfLifeMs?: number;
}

export interface LaneSnapshot {
  readonly lane: string;
  /** As configured: the ceiling of `workingLimit`. */
  readonly limit: number;
  /** What of it the upstream takes at the moment; see `Valve`. */
  readonly workingLimit: number;
  /** After the lane was closed: how many calls that began since may be open; null when only the working limit counts. */
  readonly reopening: number | null;
  /** On the gate's clock, ms; null when the lane is open. */
  readonly closedUntil: number | null;
  readonly held: number;
  readonly waiting: number;
  readonly waitingByClass: Readonly<Record<GateClass, number>>;
  readonly usualHoldMs: number | null;
  /** Null when there is no such limit. `left` may be started now; below 0 is a debt. */
  readonly requests: RateSnapshot | null;
  readonly tokens: RateSnapshot | null;
}

export interface RateSnapshot {
  readonly perMinute: number;
  readonly left: number;
}

export interface GateSnapshot {
  /** The gate's clock, ms. */
  readonly at: number;
  readonly limit: number;
  readonly held: number;
  readonly waiting: number;
  readonly draining: boolean;
  /** 0 when nobody waits. */
  readonly oldestWaitMs: number;
  readonly lanes: readonly LaneSnapshot[];
  readonly classes: Readonly<Record<GateClass, { readonly held: number; readonly waiting: number }>>;
  readonly waitingByUser: ReadonlyMap<string, number>;
}

interface CallEvent {
  readonly id: string;
  readonly lane: string;
  readonly user: string;
  readonly class: GateClass;
}

/**
 * What happened, told in order and after the fact. Who starts at once is `granted` without being `queued`. Whatever changes
 * `wakeAt` is told by one of these. `at` is on the gate's clock, ms: `adapted` is a lane's limit over time.
 */
export type GateEvent =
  | (CallEvent & { readonly type: 'queued' })
  | (CallEvent & { readonly type: 'granted'; readonly waitedMs: number })
  | (CallEvent & { readonly type: 'released'; readonly heldMs: number; readonly tokens: number | null })
  | (CallEvent & { readonly type: 'left'; readonly why: LeftWhy; readonly waitedMs: number })
  | (CallEvent & { readonly type: 'refused'; readonly code: RefusalCode; readonly retryAfterMs: number })
  | { readonly type: 'limit'; readonly lane: string | null; readonly limit: number }
  | { readonly type: 'rates'; readonly lane: string; readonly rates: LaneRates }
  | { readonly type: 'closed'; readonly lane: string; readonly until: number; readonly at: number }
  | { readonly type: 'opened'; readonly lane: string; readonly at: number }
  | {
      readonly type: 'adapted';
      readonly lane: string;
      readonly limit: number;
      readonly workingLimit: number;
      readonly reopening: number | null;
      readonly at: number;
    };

export type LeftWhy = 'aborted' | 'draining' | 'timeout';
