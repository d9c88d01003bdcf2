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
  /** Estimated tokens, default 1; charged to the user at the grant and settled by `release`. */
  readonly weight?: number;
  /** Let in before, e.g. stored by a process that died: the bounds of the queue do not apply again. */
  readonly admitted?: boolean;
}

/** The right to have one upstream call open. Whoever got it releases it, also when its signal aborted meanwhile. */
export interface Permit {
  readonly id: string;
  readonly waitedMs: number;
  /** The first call counts; later ones do nothing. `tokens` is what was really used; left out, the estimate stands. */
  release(usage?: { readonly tokens: number }): void;
}

/**
 * Where somebody stands among all who wait. Position n is the nth to be granted if from now on nobody arrives or leaves, no
 * limit changes, and calls end in the order in which they began; so positions are 1 to n, without holes or
 * doubles, over all lanes, and also count those ahead who wait for another lane.
 */
export interface Place {
  readonly position: number;
  /** Expected wait from now, from how long this lane's calls last; null before one has ended or while the lane is closed. */
  readonly etaMs: number | null;
}

export type RefusalCode = 'queue_full' | 'user_queue_full' | 'draining';

const REASONS: Record<RefusalCode, string> = {
  queue_full: 'too many calls are waiting',
  user_queue_full: 'too many calls of this user are waiting',
  draining: 'no new calls are taken: shutting down',
};

/** The call was not queued, or no longer is. Trying again makes sense after `retryAfterMs`. */
export class GateRefusal extends Error {
  override readonly name = 'GateRefusal';
  readonly code: RefusalCode;
  readonly retryAfterMs: number;

  constructor(code: RefusalCode, retryAfterMs: number) {
    super(REASONS[code]);
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}

export interface GateOptions {
  /** Calls open at once, over all lanes. Limits are whole numbers from 0 (closed), or Infinity. */
  readonly limit: number;
  /** Lanes not named here are bounded by `limit` alone. */
  readonly laneLimits?: Readonly<Record<string, number>>;
  /** Default 10,000. Who can start at once is never refused. */
  readonly maxWaiting?: number;
  /** Default 1,000. */
  readonly maxWaitingPerUser?: number;
  /** A clock in ms. */
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
  readonly limit: number;
  readonly held: number;
  readonly waiting: number;
  readonly usualHoldMs: number | null;
}

export interface GateSnapshot {
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

/** What happened, told in order and after the fact. Who starts at once is `granted` without being `queued`. */
export type GateEvent =
  | (CallEvent & { readonly type: 'queued' })
  | (CallEvent & { readonly type: 'granted'; readonly waitedMs: number })
  | (CallEvent & { readonly type: 'released'; readonly heldMs: number; readonly tokens: number | null })
  | (CallEvent & { readonly type: 'left'; readonly why: 'aborted' | 'draining'; readonly waitedMs: number })
  | (CallEvent & { readonly type: 'refused'; readonly code: RefusalCode; readonly retryAfterMs: number })
  | { readonly type: 'limit'; readonly lane: string | null; readonly limit: number };
