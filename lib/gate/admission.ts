import { Lane, type LaneHold } from './lane.ts';
import { Semaphore } from './semaphore.ts';
import type { GateOptions } from './terms.ts';

interface Applicant {
  readonly lane: string;
  readonly user: string;
  /** Estimated tokens. */
  readonly weight: number;
}

type Limits = Pick<GateOptions, 'limit' | 'laneLimits' | 'laneRates' | 'perUser' | 'now'>;

/**
 * All that bounds how much is open: the permits of the gate, of its lanes and of its users, and the rates of the lanes. Says
 * whether a call may start, and takes all that it needs or nothing.
 */
export class Admission {
  readonly permits: Semaphore;
  /** Calls one user may have open. */
  readonly perUser: number;
  readonly #lanes = new Map<string, Lane>();
  readonly #openByUser = new Map<string, number>();

  constructor({ limit, laneLimits = {}, laneRates = {}, perUser = null, now }: Limits) {
    this.permits = new Semaphore(limit);
    this.perUser = checkPerUser(perUser ?? Number.POSITIVE_INFINITY);
    for (const [name, laneLimit] of Object.entries(laneLimits)) this.lane(name).permits.setLimit(laneLimit);
    for (const [name, rates] of Object.entries(laneRates)) this.lane(name).setRates(rates, now());
  }

  lanes(): Iterable<Lane> {
    return this.#lanes.values();
  }

  lane(name: string): Lane {
    const known = this.#lanes.get(name);
    if (known) return known;
    const lane = new Lane(name, this.permits);
    this.#lanes.set(name, lane);
    return lane;
  }

  /** Whether the user may have no more calls open. */
  isAtCap(user: string): boolean {
    return (this.#openByUser.get(user) ?? 0) >= this.perUser;
  }

  /** Whether a call of somebody may be opened there, as far as counts go: see `readyAt` for the rates. */
  hasRoom(lane: string, now: number): boolean {
    return this.permits.free > 0 && this.lane(lane).hasRoom(now);
  }

  /** When the rates let this call start. */
  readyAt({ lane, weight }: Omit<Applicant, 'user'>, now: number): number {
    return this.lane(lane).readyAt(weight, now);
  }

  /** Whether nothing but somebody else's turn keeps this call from starting. */
  canStart(call: Applicant, now: number): boolean {
    return !this.isAtCap(call.user) && this.hasRoom(call.lane, now) && this.readyAt(call, now) <= now;
  }

  /** Null, with nothing taken, when it may not start. Whoever gets a hold gives it back once. */
  admit({ lane, user, weight }: Applicant, now: number): LaneHold | null {
    if (this.isAtCap(user) || this.permits.free === 0) return null;
    const hold = this.lane(lane).take(weight, now);
    const release = hold && this.permits.tryAcquire();
    if (!release) return null;
    this.#count(user, 1);
    return {
      round: hold.round,
      giveBack: (extra, then) => {
        hold.giveBack(extra, then);
        release();
        this.#count(user, -1);
      },
    };
  }

  #count(user: string, change: number): void {
    const open = (this.#openByUser.get(user) ?? 0) + change;
    if (open > 0) this.#openByUser.set(user, open);
    else this.#openByUser.delete(user);
  }
}

function checkPerUser(perUser: number): number {
  if (perUser === Number.POSITIVE_INFINITY || (Number.isInteger(perUser) && perUser >= 1)) return perUser;
  throw new RangeError(`calls per user are a whole number from 1, got ${perUser}`);
}
