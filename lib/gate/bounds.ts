import type { Admission } from './admission.ts';
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
  /** Calls that have been let in and are about to come: they count as waiting. */
  readonly ahead?: { readonly ofUser: number; readonly inAll: number };
};
type Sizes = Pick<GateOptions, 'maxWaiting' | 'maxWaitingPerUser' | 'now'>;

/** How many wait, of whom, and whether one more may. */
export class Bounds {
  readonly #now: () => number;
  readonly #most: number;
  readonly #mostPerUser: number;
  readonly #admission: Admission;
  readonly #byUser = new Map<string, number>();
  #waiting = 0;
  #closed = false;

  constructor(options: Sizes, admission: Admission) {
    this.#now = options.now;
    this.#most = options.maxWaiting ?? MAX_WAITING;
    this.#mostPerUser = options.maxWaitingPerUser ?? MAX_WAITING_PER_USER;
    this.#admission = admission;
  }

  get closed(): boolean {
    return this.#closed;
  }

  get waitingByUser(): ReadonlyMap<string, number> {
    return this.#byUser;
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

  enter(user: string): void {
    this.#waiting += 1;
    this.#byUser.set(user, (this.#byUser.get(user) ?? 0) + 1);
  }

  leave(user: string): void {
    this.#waiting -= 1;
    const left = (this.#byUser.get(user) ?? 0) - 1;
    if (left > 0) this.#byUser.set(user, left);
    else this.#byUser.delete(user);
  }

  #codeOf(
    { user, admitted, ahead = { ofUser: 0, inAll: 0 } }: Applicant,
    canStart: boolean,
  ): EntryRefusalCode | null {
    if (this.#closed) return 'draining';
    if (admitted || (canStart && ahead.inAll === 0)) return null;
    if ((this.#byUser.get(user) ?? 0) + ahead.ofUser >= this.#mostPerUser) return 'user_queue_full';
    return this.#waiting + ahead.inAll >= this.#most ? 'queue_full' : null;
  }
}
