import { Lane } from './lane.ts';
import { type Release, Semaphore } from './semaphore.ts';

/** The permits of the gate and of its lanes. Says whether a call may start, and takes all that it needs or nothing. */
export class Admission {
  readonly permits: Semaphore;
  readonly #lanes = new Map<string, Lane>();

  constructor(limit: number, laneLimits: Readonly<Record<string, number>>) {
    this.permits = new Semaphore(limit);
    for (const [name, laneLimit] of Object.entries(laneLimits)) this.lane(name).permits.setLimit(laneLimit);
  }

  lanes(): Iterable<Lane> {
    return this.#lanes.values();
  }

  lane(name: string): Lane {
    const known = this.#lanes.get(name);
    if (known) return known;
    const lane = new Lane(name, Number.POSITIVE_INFINITY);
    this.#lanes.set(name, lane);
    return lane;
  }

  hasRoom(lane: string): boolean {
    return this.permits.free > 0 && this.lane(lane).permits.free > 0;
  }

  /** Null, with nothing taken, when there is no room. */
  admit(lane: string): Release | null {
    if (!this.hasRoom(lane)) return null;
    const releases = [this.permits.tryAcquire(), this.lane(lane).permits.tryAcquire()];
    return () => {
      for (const release of releases) release?.();
    };
  }
}
