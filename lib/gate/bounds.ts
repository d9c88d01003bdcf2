import type { Admission } from './admission.ts';
import type { GateClass } from './cohort.ts';
import {
  type EntryRefusalCode,
  type GateOptions,
  GateRefusal,
  type GateRequest,
  type RefusalCode,
} from './terms.ts';

const MAX_WAITING = 10_000;
const MAX_WAITING_PER_USER = 1000;
const RETRY_AFTER_MS = { usual: 5000, least: 1000, most: 60_000 };

export type Applicant = Pick<GateRequest, 'user' | 'lane' | 'admitted'> & {
  /** Left out: interactive, like whoever asks before something is stored. */
  readonly class?: GateClass;
  /** Calls that have been let in and are about to come: they count as waiting. */
  readonly ahead?: { readonly ofUser: number; readonly inAll: number };
};
type Sizes = Pick<
  GateOptions,
  'maxWaiting' | 'maxWaitingPerUser' | 'maxBackground' | 'maxBackgroundPerUser' | 'now'
>;

/** Places to wait, and who has them. */
class Seats {
  readonly most: number;
  readonly mostPerUser: number;
  readonly byUser = new Map<string, number>();
  taken = 0;

  constructor(most: number, mostPerUser: number) {
    this.most = most;
    this.mostPerUser = mostPerUser;
  }

  move(user: string, by: 1 | -1): void {
    this.taken += by;
    const left = (this.byUser.get(user) ?? 0) + by;
    if (left > 0) this.byUser.set(user, left);
    else this.byUser.delete(user);
  }
}

/**
 * How many wait, of whom, and whether one more may. Background work has seats of its own: however much of it waits, nobody
 * who sits before a screen is turned away for it, and the other way round.
 */
export class Bounds {
  readonly #now: () => number;
  readonly #admission: Admission;
  readonly #background: Seats;
  readonly #others: Seats;
  #closed = false;

  constructor(options: Sizes, admission: Admission) {
    const { maxWaiting = MAX_WAITING, maxWaitingPerUser = MAX_WAITING_PER_USER } = options;
    const { maxBackground = maxWaiting, maxBackgroundPerUser = maxWaitingPerUser } = options;
    this.#now = options.now;
    this.#others = new Seats(maxWaiting, maxWaitingPerUser);
    this.#background = new Seats(maxBackground, maxBackgroundPerUser);
    this.#admission = admission;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Of all classes. */
  get waitingByUser(): ReadonlyMap<string, number> {
    const all = new Map(this.#others.byUser);
    for (const [user, count] of this.#background.byUser) all.set(user, (all.get(user) ?? 0) + count);
    return all;
  }

  /** From now on everybody is refused. */
  close(): void {
    this.#closed = true;
  }

  /** Null when this one may come in. `canStart`: it would not have to wait. */
  refusalOf(applicant: Applicant, canStart: boolean): GateRefusal<EntryRefusalCode> | null {
    const code = this.#codeOf(applicant, canStart);
    return code && this.refusal(code, applicant.lane);
  }

  /** Says to try again when a call of the lane has usually ended, and not before the lane opens. */
  refusal<Code extends RefusalCode>(code: Code, lane: string): GateRefusal<Code> {
    const { usual, least, most } = RETRY_AFTER_MS;
    if (code === 'draining') return new GateRefusal(code, usual);
    const { usualHoldMs, valve } = this.#admission.lane(lane);
    const untilOneEnds = Math.min(most, Math.max(least, usualHoldMs ?? usual));
    const untilOpen = (valve.closedUntil ?? 0) - this.#now();
    return new GateRefusal(code, Math.round(Math.max(untilOneEnds, untilOpen)));
  }

  enter({ user, class: gateClass }: Pick<GateRequest, 'user' | 'class'>): void {
    this.#seatsOf(gateClass).move(user, 1);
  }

  leave({ user, class: gateClass }: Pick<GateRequest, 'user' | 'class'>): void {
    this.#seatsOf(gateClass).move(user, -1);
  }

  #seatsOf(gateClass: GateClass = 'interactive'): Seats {
    return gateClass === 'background' ? this.#background : this.#others;
  }

  #codeOf(applicant: Applicant, canStart: boolean): EntryRefusalCode | null {
    const { user, admitted, ahead = { ofUser: 0, inAll: 0 } } = applicant;
    const seats = this.#seatsOf(applicant.class);
    if (this.#closed) return 'draining';
    if (admitted || (canStart && ahead.inAll === 0)) return null;
    if ((seats.byUser.get(user) ?? 0) + ahead.ofUser >= seats.mostPerUser) return 'user_queue_full';
    return seats.taken + ahead.inAll >= seats.most ? 'queue_full' : null;
  }
}
