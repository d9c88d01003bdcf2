import type { Adaptation } from './adaptation.ts';
import type { Admission } from './admission.ts';
import type { Bounds } from './bounds.ts';
import type { GateClass } from './cohort.ts';
import { FairQueue } from './fair-queue.ts';
import type { RunningCall } from './forecast.ts';
import { Heap } from './heap.ts';
import type { Herald } from './herald.ts';
import type { LaneHold } from './lane.ts';
import type { Ledger } from './ledger.ts';
import type { GateEvent, GateOptions, GateRequest, LeftWhy, Permit } from './terms.ts';
import { fairnessOf } from './turn.ts';
import { callOf, expiresFirst, tokensOr, type Waiter } from './waiter.ts';

interface Running extends RunningCall {
  readonly class: GateClass;
  readonly round: number;
}

interface Ports {
  readonly options: Pick<GateOptions, 'now' | 'deadlineMs' | 'shares' | 'patience'>;
  readonly admission: Admission;
  readonly adaptation: Adaptation;
  readonly bounds: Bounds;
  readonly ledger: Ledger;
  readonly herald: Herald<GateEvent>;
}

/** The way of calls through the gate: they enter, wait, start or leave, and are settled. Notes what happens, tells nobody. */
export class Passage {
  readonly waiting = new Map<string, Waiter>();
  /** In the order in which they were granted. */
  readonly running = new Map<string, Running>();
  readonly queue: FairQueue<Waiter>;
  readonly #ports: Ports;
  readonly #now: () => number;
  readonly #deadlines = new Heap<'deadlineSlot', Waiter>('deadlineSlot', expiresFirst);
  #seq = 0;
  #revision = 0;
  /** When rates alone let somebody start. */
  #ratesAt = Number.POSITIVE_INFINITY;

  constructor(ports: Ports) {
    this.#ports = ports;
    this.#now = ports.options.now;
    this.queue = new FairQueue(fairnessOf(ports.options));
  }

  /** Moves with every change. */
  get revision(): number {
    return this.#revision;
  }

  /** When time alone lets somebody start, lanes as they are, or expires somebody; ms, Infinity for never. */
  get dueAt(): number {
    return Math.min(this.#ratesAt, this.#deadlines.first?.deadline ?? Number.POSITIVE_INFINITY);
  }

  has(id: string): boolean {
    return this.waiting.has(id) || this.running.has(id);
  }

  /** The round of its lane's valve in which a running call began. */
  roundOf(id: string | undefined): number | undefined {
    return id === undefined ? undefined : this.running.get(id)?.round;
  }

  enter(request: GateRequest, resolve: Waiter['resolve'], reject: Waiter['reject']): void {
    const { signal } = request;
    const since = this.#now();
    const onAbort = () => {
      this.#leave(waiter, 'aborted', signal.reason);
      this.advance();
      this.#ports.herald.tell();
    };
    const waiter: Waiter = {
      ...callOf(request),
      weight: tokensOr(1, request.weight),
      seq: this.#seq++,
      since,
      deadline: since + this.#mostWaitMs(request),
      deadlineSlot: -1,
      account: this.#ports.ledger.join(request.user),
      resolve,
      reject,
      unlisten: () => signal.removeEventListener('abort', onAbort),
    };
    signal.addEventListener('abort', onAbort, { once: true });
    this.waiting.set(waiter.id, waiter);
    this.#ports.bounds.enter(waiter);
    this.queue.push(waiter, waiter.account);
    this.advance();
    if (!this.waiting.has(waiter.id)) return;
    this.#ports.herald.note({ type: 'queued', ...callOf(waiter) });
    if (Number.isFinite(waiter.deadline)) this.#deadlines.push(waiter);
  }

  /** Does what is due, and starts whoever may start. To be called after every change. */
  advance(): void {
    const now = this.#now();
    this.#revision += 1;
    this.#ports.adaptation.openDue(now);
    for (let late = this.#deadlines.first; late && late.deadline <= now; late = this.#deadlines.first) {
      this.#leave(late, 'timeout', this.#ports.bounds.refusal('queue_timeout', late.lane));
    }
    this.#ratesAt = this.#startAll(now);
  }

  turnAllAway(): void {
    for (const waiter of [...this.waiting.values()]) {
      this.#leave(waiter, 'draining', this.#ports.bounds.refusal('draining', waiter.lane));
    }
  }

  /** Returns when rates alone let the next one start. */
  #startAll(now: number): number {
    const { admission } = this.#ports;
    let ratesAt = Number.POSITIVE_INFINITY;
    const hasRoom = (lane: string) => admission.hasRoom(lane, now);
    const isReady = (waiter: Waiter) => {
      const at = admission.readyAt(waiter, now);
      if (at > now) ratesAt = Math.min(ratesAt, at);
      return at <= now;
    };
    while (admission.permits.free > 0) {
      ratesAt = Number.POSITIVE_INFINITY;
      const waiter = this.queue.next(hasRoom, isReady);
      if (!waiter) return ratesAt;
      const hold = admission.admit(waiter, now);
      if (!hold) throw new Error(`call ${waiter.id} had its turn and may not start`);
      this.#grant(waiter, hold, now);
    }
    return Number.POSITIVE_INFINITY;
  }

  #grant(waiter: Waiter, hold: LaneHold, since: number): void {
    const { admission, herald } = this.#ports;
    const { id, lane, user, class: gateClass } = waiter;
    const waitedMs = Math.max(0, since - waiter.since);
    this.#forget(waiter);
    this.running.set(id, { lane, user, class: gateClass, since, round: hold.round });
    if (admission.isAtCap(user)) this.queue.park(user);
    this.#ports.ledger.lend(waiter.account, waiter.weight, since);
    this.queue.reorder(user);
    herald.note({ type: 'granted', ...callOf(waiter), waitedMs });
    let out = true;
    const release: Permit['release'] = (usage) => {
      if (!out) return;
      out = false;
      this.#settle(waiter, hold, since, usage?.tokens ?? null);
    };
    waiter.resolve({ id, waitedMs, release });
  }

  #settle(call: Waiter, hold: LaneHold, since: number, tokens: number | null): void {
    const { admission, ledger, herald } = this.#ports;
    const now = this.#now();
    const heldMs = Math.max(0, now - since);
    const used = tokensOr(call.weight, tokens);
    hold.giveBack(used - call.weight, now);
    this.running.delete(call.id);
    if (!admission.isAtCap(call.user)) this.queue.unpark(call.user);
    // One that was turned away says nothing about how long calls last.
    if (tokens !== 0) admission.lane(call.lane).ended(heldMs);
    ledger.settle(call.account, { estimate: call.weight, tokens: used }, since);
    this.queue.reorder(call.user);
    ledger.leave(call.account);
    herald.note({ type: 'released', ...callOf(call), heldMs, tokens });
    this.advance();
    herald.tell();
  }

  #leave(waiter: Waiter, why: LeftWhy, reason: unknown): void {
    const waitedMs = Math.max(0, this.#now() - waiter.since);
    this.#forget(waiter);
    this.queue.delete(waiter);
    this.#ports.ledger.leave(waiter.account);
    this.#ports.herald.note({ type: 'left', ...callOf(waiter), why, waitedMs });
    waiter.reject(reason);
  }

  #forget(waiter: Waiter): void {
    waiter.unlisten();
    this.waiting.delete(waiter.id);
    this.#deadlines.delete(waiter);
    this.#ports.bounds.leave(waiter);
  }

  #mostWaitMs({ deadlineMs, class: gateClass }: GateRequest): number {
    const mostMs = deadlineMs ?? this.#ports.options.deadlineMs?.[gateClass] ?? Number.POSITIVE_INFINITY;
    return Number.isNaN(mostMs) ? Number.POSITIVE_INFINITY : Math.max(0, mostMs);
  }
}
