import type { GateClass, GateEvent, Permit } from './gate.ts';
import { NaiveBounds, NaiveLane } from './naive-limits.ts';

export const LANES = ['a/m', 'b/m', 'c/m'] as const;
export const PER_USER = 3;

export interface Call {
  readonly id: string;
  readonly lane: string;
  readonly user: string;
  readonly class: GateClass;
  readonly weight: number;
  readonly stop: AbortController;
  readonly deadline: number;
  state: 'waiting' | 'open' | 'over';
  settled: number;
  round: number;
  permit?: Permit;
}

/** Sees what a gate tells and what its callers do, counts, and writes down what should not have been. For tests. */
export class Witness {
  readonly clock = { ms: 0 };
  readonly open = new Map<string, Call>();
  readonly waiting = new Map<string, Call>();
  readonly granted: string[] = [];
  overtaken = new Map<string, number>();
  readonly faults: string[] = [];
  readonly lanes = new Map(LANES.map((lane) => [lane as string, new NaiveLane()]));
  readonly bounds = new NaiveBounds();
  limit = 4;

  lane(name: string): NaiveLane {
    const lane = this.lanes.get(name);
    if (!lane) throw new Error(`no lane ${name}`);
    return lane;
  }

  count(belongs: (call: Call) => boolean): number {
    let count = 0;
    for (const call of this.open.values()) if (belongs(call)) count += 1;
    return count;
  }

  openIn(lane: string): number {
    return this.count((call) => call.lane === lane);
  }

  ceiling(lane: string): number {
    return Math.min(this.lane(lane).limit, this.limit);
  }

  workingLimit(lane: string): number {
    return Math.min(Math.floor(this.lane(lane).working), this.ceiling(lane));
  }

  isAtCap(user: string): boolean {
    return this.count((call) => call.user === user) >= PER_USER;
  }

  hasRoom(name: string): boolean {
    const lane = this.lane(name);
    const since = this.count((call) => call.lane === name && call.round === lane.round);
    const hasPermit = this.open.size < this.limit && this.openIn(name) < this.workingLimit(name);
    return hasPermit && lane.lets(since, this.clock.ms);
  }

  /** Those who wait for the lane and could have the next turn in it. */
  standing(lane: string): Call[] {
    const calls = [...this.waiting.values()].filter((call) => call.lane === lane);
    return calls.filter((call) => !this.isAtCap(call.user));
  }

  hear(event: GateEvent): void {
    if (event.type === 'granted') this.#onGranted(event.id);
    if (event.type === 'refused') this.#onRefused(event.id, event.code);
    if (event.type === 'queued') this.#onQueued(event.id);
    if (event.type === 'left' && event.why === 'timeout') this.#onTimeout(event.id);
    if (event.type === 'closed') this.lane(event.lane).close(event.until, this.clock.ms);
  }

  #onRefused(id: string, code: string): void {
    const call = this.waiting.get(id);
    const expected = call && this.bounds.codeOf(call, this.waiting.values());
    if (code !== expected) this.faults.push(`${id} was refused with ${code}, not ${expected}`);
    if (call) this.bounds.count(call, code);
    this.left(call);
  }

  #onQueued(id: string): void {
    const call = this.waiting.get(id);
    const code = call && this.bounds.codeOf(call, this.waiting.values());
    if (code) this.faults.push(`${id} was let in to wait, not refused with ${code}`);
  }

  #onTimeout(id: string): void {
    const call = this.waiting.get(id);
    if (!call || call.deadline > this.clock.ms) this.faults.push(`${id} timed out before its time`);
    this.left(call);
  }

  left(call: Call | undefined): void {
    if (!call) return;
    call.state = 'over';
    this.waiting.delete(call.id);
    const line = lineOf(call);
    if (![...this.waiting.values()].some((other) => lineOf(other) === line)) this.overtaken.delete(line);
  }

  #onGranted(id: string): void {
    const call = this.waiting.get(id);
    if (!call) {
      this.faults.push(`${id} was granted and did not wait`);
      return;
    }
    const lane = this.lane(call.lane);
    const now = this.clock.ms;
    if (!this.hasRoom(call.lane)) this.faults.push(`${id} was granted beyond a limit or in a closed lane`);
    if (this.isAtCap(call.user)) this.faults.push(`${id} was granted beyond the limit of its user`);
    if (!lane.mayFit(call.weight, now)) this.faults.push(`${id} was granted beyond the rate of its lane`);
    if (call.deadline <= now) this.faults.push(`${id} was granted after its deadline`);
    this.#countOvertaken(call);
    lane.take(call.weight, now);
    Object.assign(call, { state: 'open', round: lane.round });
    this.waiting.delete(id);
    this.open.set(id, call);
    this.granted.push(id);
  }

  /**
   * A line (user, class, lane) is overtaken when it could have had the grant that another one got. In another lane it could
   * not where the rates may have held up somebody before it.
   */
  #countOvertaken(granted: Call): void {
    const before = this.overtaken;
    this.overtaken = new Map();
    for (const name of LANES) {
      const standing = this.hasRoom(name) ? this.standing(name) : [];
      const isFree =
        name === granted.lane ||
        standing.every((call) => this.lane(name).surelyFits(call.weight, this.clock.ms));
      for (const call of isFree ? standing : [])
        this.overtaken.set(lineOf(call), (before.get(lineOf(call)) ?? 0) + 1);
    }
    for (const call of this.waiting.values()) {
      const line = lineOf(call);
      if (!this.overtaken.has(line)) this.overtaken.set(line, before.get(line) ?? 0);
    }
    this.overtaken.delete(lineOf(granted));
  }
}

function lineOf(call: Call): string {
  return `${call.class} ${call.lane} ${call.user}`;
}
