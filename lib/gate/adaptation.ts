import type { Admission } from './admission.ts';
import type { Herald } from './herald.ts';
import type { Lane } from './lane.ts';
import type { GateEvent } from './terms.ts';

/** What was heard of a call's upstream. `round` is the call's, when it is known which one it was. */
interface Report {
  readonly lane: string;
  readonly round: number | undefined;
  readonly now: number;
}

/** Closes, reopens and adapts lanes by what their upstreams answer, and tells. */
export class Adaptation {
  readonly #admission: Admission;
  readonly #herald: Herald<GateEvent>;
  readonly #closed = new Set<Lane>();

  constructor(admission: Admission, herald: Herald<GateEvent>) {
    this.#admission = admission;
    this.#herald = herald;
  }

  /** When the next closed lane opens, ms; Infinity when none is closed. */
  get opensAt(): number {
    let first = Number.POSITIVE_INFINITY;
    for (const { valve } of this.#closed) first = Math.min(first, valve.closedUntil ?? first);
    return first;
  }

  /** 0 when it is open. */
  opensInMs(lane: string, now: number): number {
    return Math.max(0, (this.#admission.lane(lane).valve.closedUntil ?? now) - now);
  }

  /** @returns how long the lane is closed from now on, ms */
  throttled({ lane: name, round, now }: Report, retryAfterMs: number | null): number {
    this.openDue(now);
    const lane = this.#admission.lane(name);
    const { closedUntil } = lane.valve;
    this.#watch(lane, now, () => lane.valve.close(now, usable(retryAfterMs), round, lane.load));
    this.#closed.add(lane);
    const until = lane.valve.closedUntil ?? now;
    if (until !== closedUntil) this.#herald.note({ type: 'closed', lane: name, until, at: now });
    return Math.max(0, until - now);
  }

  succeeded({ lane: name, round, now }: Report): void {
    this.openDue(now);
    const lane = this.#admission.lane(name);
    this.#watch(lane, now, () => lane.valve.succeeded(round, lane.ceiling));
  }

  /** Opens the lanes whose time has come. */
  openDue(now: number): void {
    for (const lane of this.#closed) {
      if (!lane.valve.open(now)) continue;
      this.#closed.delete(lane);
      this.#herald.note({ type: 'opened', lane: lane.name, at: now });
    }
  }

  #watch(lane: Lane, at: number, change: () => void): void {
    const before = { workingLimit: lane.workingLimit, reopening: lane.valve.reopening };
    change();
    const { name, ceiling, workingLimit, valve } = lane;
    const { reopening } = valve;
    if (workingLimit === before.workingLimit && reopening === before.reopening) return;
    this.#herald.note({ type: 'adapted', lane: name, limit: ceiling, workingLimit, reopening, at });
  }
}

/** A time of 0 or none at all says nothing about when to come back. */
function usable(retryAfterMs: number | null): number | null {
  return retryAfterMs !== null && retryAfterMs > 0 && Number.isFinite(retryAfterMs) ? retryAfterMs : null;
}
