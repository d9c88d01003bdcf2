import { Admission } from './admission.ts';
import { type Applicant, Bounds } from './bounds.ts';
import type { Entry, GateClass } from './cohort.ts';
import { FairQueue } from './fair-queue.ts';
import { Herald } from './herald.ts';
import { type Account, Ledger } from './ledger.ts';
import { Outlook } from './outlook.ts';
import type { Release } from './semaphore.ts';
import { snapshotOf } from './snapshot.ts';
import type {
  GateEvent,
  GateOptions,
  GateRefusal,
  GateRequest,
  GateSnapshot,
  Permit,
  Place,
} from './terms.ts';
import { fairnessOf } from './turn.ts';

export type { GateClass } from './cohort.ts';
export type { GateEvent, GateOptions, GateRequest, GateSnapshot, Permit, Place } from './terms.ts';
export { GateRefusal } from './terms.ts';

const HALF_LIFE_MS = 5 * 60_000;

interface Waiter extends Entry {
  readonly id: string;
  readonly account: Account;
  readonly since: number;
  readonly resolve: (permit: Permit) => void;
  readonly reject: (reason: unknown) => void;
  readonly unlisten: () => void;
}

interface Running {
  readonly lane: string;
  readonly class: GateClass;
  readonly since: number;
}

/**
 * What stands before every upstream call. Grants permits, at most `limit` at once and at most so many per lane, in the order
 * of `turnOf`. Reads the injected clock only and does all its work in the tick of the call that caused it.
 */
export class Gate {
  readonly #now: () => number;
  readonly #admission: Admission;
  readonly #waiting = new Map<string, Waiter>();
  readonly #running = new Map<string, Running>();
  readonly #bounds: Bounds;
  readonly #ledger: Ledger;
  readonly #queue: FairQueue<Waiter>;
  readonly #outlook: Outlook<Waiter>;
  readonly #herald = new Herald<GateEvent>();
  #seq = 0;

  constructor(options: GateOptions) {
    this.#now = options.now;
    this.#admission = new Admission(options.limit, options.laneLimits ?? {});
    this.#bounds = new Bounds(options, this.#admission);
    this.#ledger = new Ledger(options.now, options.halfLifeMs ?? HALF_LIFE_MS);
    this.#queue = new FairQueue(fairnessOf(options));
    this.#outlook = new Outlook({
      queue: this.#queue,
      ledger: this.#ledger,
      admission: this.#admission,
      running: this.#running,
      now: options.now,
    });
  }

  /**
   * Resolves with a permit when it is this call's turn. Rejects with `signal.reason` when the signal aborts before that,
   * with a GateRefusal when the queue is full or the gate drains, with an Error when the id is waiting or running already.
   */
  acquire(request: GateRequest): Promise<Permit> {
    if (request.signal.aborted) return Promise.reject(request.signal.reason);
    if (this.#waiting.has(request.id) || this.#running.has(request.id)) {
      return Promise.reject(new Error(`call ${request.id} is at the gate already`));
    }
    const refusal = this.#bounds.refusalOf(request);
    if (refusal) return Promise.reject(this.#refuse(request, refusal));
    return new Promise((resolve, reject) => this.#enter(request, resolve, reject));
  }

  /**
   * Whether a call would be turned away now, so that nothing need be stored for it: the refusal, or null. `ahead` are
   * those let in a moment ago, who are not here yet. Changes nothing.
   */
  refusal(request: Applicant): GateRefusal | null {
    return this.#bounds.refusalOf(request);
  }

  /**
   * Null when the id is not waiting. The first question after a change costs O(n log n) for n waiting, further ones O(1): who
   * wants many places asks `places`.
   */
  place(id: string): Place | null {
    return this.#waiting.has(id) ? this.#outlook.place(id) : null;
  }

  /** The places of all who wait, by id, first to be served first. */
  places(): Map<string, Place> {
    return this.#outlook.places();
  }

  snapshot(): GateSnapshot {
    return snapshotOf({
      permits: this.#admission.permits,
      lanes: this.#admission.lanes(),
      waiting: [...this.#waiting.values()],
      running: [...this.#running.values()],
      waitingByUser: this.#bounds.waitingByUser,
      draining: this.#bounds.closed,
      now: this.#now(),
    });
  }

  /** Raising it starts waiting calls at once; lowering it takes nothing from those running. */
  setLimit(limit: number): void {
    this.#admission.permits.setLimit(limit);
    this.#herald.note({ type: 'limit', lane: null, limit });
    this.#pump();
  }

  setLaneLimit(lane: string, limit: number): void {
    this.#admission.lane(lane).permits.setLimit(limit);
    this.#herald.note({ type: 'limit', lane, limit });
    this.#pump();
  }

  /** Drains: from now on nobody is let in, those waiting are turned away, running calls finish. */
  close(): void {
    this.#bounds.close();
    for (const waiter of [...this.#waiting.values()]) {
      this.#leave(waiter, 'draining', this.#bounds.refusal('draining', waiter.lane));
    }
    this.#herald.tell();
  }

  /** Returns the function that ends the listening. Listeners may call the gate. */
  on(listener: (event: GateEvent) => void): () => void {
    return this.#herald.on(listener);
  }

  #refuse(request: GateRequest, refusal: GateRefusal): GateRefusal {
    const { code, retryAfterMs } = refusal;
    this.#herald.note({ type: 'refused', ...callOf(request), code, retryAfterMs });
    this.#herald.tell();
    return refusal;
  }

  #enter(request: GateRequest, resolve: Waiter['resolve'], reject: Waiter['reject']): void {
    const { signal } = request;
    const onAbort = () => {
      this.#leave(waiter, 'aborted', signal.reason);
      this.#herald.tell();
    };
    const waiter: Waiter = {
      ...callOf(request),
      weight: tokensOr(1, request.weight),
      seq: this.#seq++,
      since: this.#now(),
      account: this.#ledger.join(request.user),
      resolve,
      reject,
      unlisten: () => signal.removeEventListener('abort', onAbort),
    };
    signal.addEventListener('abort', onAbort, { once: true });
    if (!this.#admission.hasRoom(waiter.lane)) this.#herald.note({ type: 'queued', ...callOf(waiter) });
    this.#waiting.set(waiter.id, waiter);
    this.#bounds.enter(waiter.user);
    this.#queue.push(waiter, waiter.account);
    this.#pump();
  }

  /** Grants whatever may be granted, and tells. To be called after every change. */
  #pump(): void {
    this.#outlook.changed();
    const hasRoom = (lane: string) => this.#admission.hasRoom(lane);
    while (this.#admission.permits.free > 0) {
      const waiter = this.#queue.next(hasRoom);
      const admitted = waiter && this.#admission.admit(waiter.lane);
      if (!admitted) break;
      this.#grant(waiter, admitted);
    }
    this.#herald.tell();
  }

  #grant(waiter: Waiter, giveBack: Release): void {
    const since = this.#now();
    const waitedMs = Math.max(0, since - waiter.since);
    this.#forget(waiter);
    this.#running.set(waiter.id, { lane: waiter.lane, class: waiter.class, since });
    this.#charge(waiter, waiter.weight, since);
    this.#herald.note({ type: 'granted', ...callOf(waiter), waitedMs });
    let out = true;
    const release: Permit['release'] = (usage) => {
      if (!out) return;
      out = false;
      giveBack();
      this.#settle(waiter, since, usage?.tokens ?? null);
    };
    waiter.resolve({ id: waiter.id, waitedMs, release });
  }

  #settle(call: Waiter, since: number, tokens: number | null): void {
    const heldMs = Math.max(0, this.#now() - since);
    this.#running.delete(call.id);
    this.#admission.lane(call.lane).ended(heldMs);
    this.#charge(call, tokensOr(call.weight, tokens) - call.weight, since);
    this.#ledger.leave(call.account);
    this.#herald.note({ type: 'released', ...callOf(call), heldMs, tokens });
    this.#pump();
  }

  #leave(waiter: Waiter, why: 'aborted' | 'draining', reason: unknown): void {
    this.#forget(waiter);
    this.#queue.delete(waiter);
    this.#ledger.leave(waiter.account);
    this.#outlook.changed();
    this.#herald.note({
      type: 'left',
      ...callOf(waiter),
      why,
      waitedMs: Math.max(0, this.#now() - waiter.since),
    });
    waiter.reject(reason);
  }

  #forget(waiter: Waiter): void {
    waiter.unlisten();
    this.#waiting.delete(waiter.id);
    this.#bounds.leave(waiter.user);
  }

  #charge({ account, user }: Waiter, tokens: number, at: number): void {
    this.#ledger.charge(account, tokens, at);
    this.#queue.reorder(user);
  }
}

function callOf({ id, lane, user, class: gateClass }: Pick<GateRequest, 'id' | 'lane' | 'user' | 'class'>) {
  return { id, lane, user, class: gateClass };
}

function tokensOr(otherwise: number, tokens: number | null | undefined): number {
  return typeof tokens === 'number' && Number.isFinite(tokens) && tokens >= 0 ? tokens : otherwise;
}
