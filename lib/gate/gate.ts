import { Adaptation } from './adaptation.ts';
import { Admission } from './admission.ts';
import { type Applicant, Bounds } from './bounds.ts';
import { Herald } from './herald.ts';
import { Ledger } from './ledger.ts';
import { Outlook } from './outlook.ts';
import { Passage } from './passage.ts';
import { snapshotOf } from './snapshot.ts';
import type {
  EntryRefusalCode,
  GateEvent,
  GateOptions,
  GateRefusal,
  GateRequest,
  GateSnapshot,
  LaneRates,
  Permit,
  Place,
  Throttling,
} from './terms.ts';
import { callOf, tokensOr } from './waiter.ts';

export type { GateClass } from './cohort.ts';
export type {
  EntryRefusalCode,
  GateEvent,
  GateOptions,
  GateRequest,
  GateSnapshot,
  LaneRates,
  LaneSnapshot,
  Permit,
  Place,
  RefusalCode,
  Throttling,
} from './terms.ts';
export { GateRefusal } from './terms.ts';

const HALF_LIFE_MS = 5 * 60_000;

/**
 * What stands before every upstream call. Grants permits, within all limits of `GateOptions` and of what lanes take at the
 * moment, in the order of `turnOf`. Reads the injected clock only and does all its work in the tick of the call that
 * caused it. What only time brings about is done by the next call of any kind, so somebody has to call `wake` at `wakeAt`.
 */
export class Gate {
  readonly #now: () => number;
  readonly #admission: Admission;
  readonly #bounds: Bounds;
  readonly #passage: Passage;
  readonly #outlook: Outlook;
  readonly #herald = new Herald<GateEvent>();
  readonly #adaptation: Adaptation;

  constructor(options: GateOptions) {
    const { now, halfLifeMs = HALF_LIFE_MS } = options;
    const herald = this.#herald;
    const admission = new Admission(options);
    const adaptation = new Adaptation(admission, herald);
    const bounds = new Bounds(options, admission);
    const ledger = new Ledger(now, halfLifeMs);
    const passage = new Passage({ options, admission, adaptation, bounds, ledger, herald });
    this.#now = now;
    this.#admission = admission;
    this.#adaptation = adaptation;
    this.#bounds = bounds;
    this.#passage = passage;
    this.#outlook = new Outlook({ passage, ledger, admission, now });
  }

  /**
   * Resolves with a permit when it is this call's turn. Rejects with `signal.reason` when the signal aborts before that,
   * with a GateRefusal when the queue is full, the gate drains or the deadline passes, with an Error when the id is
   * waiting or running already.
   */
  acquire(request: GateRequest): Promise<Permit> {
    if (request.signal.aborted) return Promise.reject(request.signal.reason);
    if (this.#passage.has(request.id)) {
      return Promise.reject(new Error(`call ${request.id} is at the gate already`));
    }
    this.#passage.advance();
    const refusal = this.refusal(request);
    const entered = refusal
      ? Promise.reject(this.#refuse(request, refusal))
      : new Promise<Permit>((resolve, reject) => this.#passage.enter(request, resolve, reject));
    this.#herald.tell();
    return entered;
  }

  /**
   * Whether a call would be turned away now, so that nothing need be stored for it: the refusal, or null. `ahead` are
   * those let in a moment ago, who are not here yet. Changes nothing.
   */
  refusal(request: Applicant & Pick<GateRequest, 'weight'>): GateRefusal<EntryRefusalCode> | null {
    const { user, lane } = request;
    const now = this.#now();
    const call = { user, lane, weight: tokensOr(1, request.weight) };
    const canStart = this.#admission.canStart(call, now) && !this.#passage.queue.isAwaited(lane);
    return this.#bounds.refusalOf(request, canStart);
  }

  /**
   * When time alone lets somebody start or expires somebody, or a lane opens: on the gate's clock, ms; null for never.
   * It may change with every event, and with `wake` itself. Whoever owns the gate keeps one timer for it (`gate-alarm.ts`). A
   * timer that rings early does no harm: `wake` does what is due and `wakeAt` stands.
   */
  wakeAt(): number | null {
    const at = Math.ceil(Math.min(this.#passage.dueAt, this.#adaptation.opensAt));
    return Number.isFinite(at) ? at : null;
  }

  /** Does what is due: expires, opens lanes, starts whoever may start. */
  wake(): void {
    this.#passage.advance();
    this.#herald.tell();
  }

  /**
   * The upstream has had enough (429, overload, no first token in time). The lane closes at once until the time it named, or
   * for a back-off; its calls go on. Then it reopens with one call, and with half the limit, cut once for all calls of
   * one moment. Tell it before the permit is released, or the release starts the next call.
   * @returns how long the lane is closed from now on, ms
   */
  throttled(lane: string, { retryAfterMs, id }: Throttling): number {
    const round = this.#passage.roundOf(id);
    const opensInMs = this.#adaptation.throttled({ lane, round, now: this.#now() }, retryAfterMs);
    this.wake();
    return opensInMs;
  }

  /** How long the lane is closed from now on, ms; 0 when it is open. */
  opensInMs(lane: string): number {
    return this.#adaptation.opensInMs(lane, this.#now());
  }

  /** The upstream has taken a call: its first token is there. To be told once per call, while it holds its permit. */
  succeeded(lane: string, { id }: Pick<Throttling, 'id'> = {}): void {
    const round = this.#passage.roundOf(id);
    this.#adaptation.succeeded({ lane, round, now: this.#now() });
    this.wake();
  }

  /**
   * Null when the id is not waiting. The first question after a change costs O(n log n) for n waiting, further ones O(1): who
   * wants many places asks `places`.
   */
  place(id: string): Place | null {
    return this.#passage.waiting.has(id) ? this.#outlook.place(id) : null;
  }

  /** The places of all who wait, by id, first to be served first. */
  places(): Map<string, Place> {
    return this.#outlook.places();
  }

  snapshot(): GateSnapshot {
    return snapshotOf({
      permits: this.#admission.permits,
      lanes: this.#admission.lanes(),
      waiting: [...this.#passage.waiting.values()],
      running: [...this.#passage.running.values()],
      waitingByUser: this.#bounds.waitingByUser,
      draining: this.#bounds.closed,
      now: this.#now(),
    });
  }

  /** Raising it starts waiting calls at once; lowering it takes nothing from those running. */
  setLimit(limit: number): void {
    this.#admission.permits.setLimit(limit);
    this.#herald.note({ type: 'limit', lane: null, limit });
    this.wake();
  }

  /** The most a lane may ever have open; below it the lane adapts to what its upstream takes. */
  setLaneLimit(lane: string, limit: number): void {
    this.#admission.lane(lane).permits.setLimit(limit);
    this.#herald.note({ type: 'limit', lane, limit });
    this.wake();
  }

  /** Replaces both rates of the lane; one left out is no limit. */
  setLaneRates(lane: string, rates: LaneRates): void {
    this.#admission.lane(lane).setRates(rates, this.#now());
    this.#herald.note({ type: 'rates', lane, rates });
    this.wake();
  }

  /** Drains: from now on nobody is let in, those waiting are turned away, running calls finish. */
  close(): void {
    this.#bounds.close();
    this.#passage.turnAllAway();
    this.wake();
  }

  /** Returns the function that ends the listening. Listeners may call the gate. */
  on(listener: (event: GateEvent) => void): () => void {
    return this.#herald.on(listener);
  }

  #refuse(request: GateRequest, refusal: GateRefusal): GateRefusal {
    const { code, retryAfterMs } = refusal;
    this.#herald.note({ type: 'refused', ...callOf(request), code, retryAfterMs });
    return refusal;
  }
}
