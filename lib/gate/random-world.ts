import { Gate, type GateClass, type GateEvent, type Permit } from './gate.ts';

const LANES = ['a/m', 'b/m', 'c/m'] as const;
const USERS = ['ann', 'bob', 'cy', 'dee', 'eve', 'heavy'] as const;
const CLASSES: readonly GateClass[] = ['interactive', 'interactive', 'helper', 'background'];
const PATIENCE = 2;
const SHARE = 0.25;
/** Most users with a line in one lane and class. */
const MOST_LINES = 8;
/** Lines ahead × patience and ties over all lanes × the worst share of a class. */
export const MOST_OVERTAKEN = MOST_LINES * (PATIENCE + 1) * LANES.length * (1 / SHARE + 1);

type Granted = Extract<GateEvent, { type: 'granted' }>;

export interface Call {
  readonly id: string;
  readonly lane: string;
  readonly user: string;
  readonly class: GateClass;
  readonly stop: AbortController;
  readonly deadline: number;
  state: 'waiting' | 'open' | 'over';
  settled: number;
  permit?: Permit;
}

/** mulberry32 */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A gate under random load, beside a model of it that only counts. For tests. */
export class World {
  readonly clock = { ms: 0 };
  readonly random: () => number;
  readonly gate: Gate;
  readonly calls: Call[] = [];
  readonly open = new Map<string, Call>();
  readonly waiting = new Map<string, Call>();
  readonly granted: string[] = [];
  overtaken = new Map<string, number>();
  readonly faults: string[] = [];
  readonly laneLimits = new Map<string, number>();
  limit = 4;
  #ids = 0;

  constructor(seed: number) {
    this.random = randomFrom(seed);
    const shares = { helper: SHARE, background: SHARE };
    const now = () => this.clock.ms;
    this.gate = new Gate({
      limit: 4,
      maxWaiting: 60,
      maxWaitingPerUser: 30,
      patience: PATIENCE,
      shares,
      now,
    });
    this.gate.on((event) => {
      if (event.type === 'granted') this.#onGranted(event);
    });
  }

  pick<T>(items: readonly T[]): T {
    const item = items[Math.floor(this.random() * items.length)];
    if (item === undefined) throw new Error('nothing to pick from');
    return item;
  }

  openIn(lane: string): number {
    let count = 0;
    for (const call of this.open.values()) if (call.lane === lane) count += 1;
    return count;
  }

  hasRoom(lane: string): boolean {
    return this.open.size < this.limit && this.openIn(lane) < (this.laneLimits.get(lane) ?? Infinity);
  }

  roomyLanes(): readonly string[] {
    return LANES.filter((lane) => this.hasRoom(lane));
  }

  arrive(fixed: { user?: string; class?: GateClass; weight?: number } = {}): void {
    const user = fixed.user ?? (this.random() < 0.4 ? 'heavy' : this.pick(USERS));
    const call: Call = {
      id: `call ${this.#ids++}`,
      lane: this.pick(LANES),
      user,
      class: fixed.class ?? this.pick(CLASSES),
      stop: new AbortController(),
      deadline: this.random() < 0.5 ? Infinity : this.clock.ms + 200 + this.random() * 20_000,
      state: 'waiting',
      settled: 0,
    };
    this.calls.push(call);
    this.waiting.set(call.id, call);
    const weight = fixed.weight ?? 1 + Math.floor(this.random() * 1000);
    const { id, lane, class: gateClass } = call;
    this.gate.acquire({ id, lane, user, class: gateClass, signal: call.stop.signal, weight }).then(
      (permit) => {
        call.settled += 1;
        call.permit = permit;
      },
      () => {
        call.settled += 1;
        call.state = 'over';
        this.waiting.delete(call.id);
      },
    );
  }

  /** Ever new users with small replies, one after the other: a batch and a user served much must get through. */
  besiege(): void {
    const waits = [...this.waiting.values()];
    if (waits.length >= MOST_LINES) this.end();
    else if (!waits.some((call) => call.class === 'background'))
      this.arrive({ class: 'background', user: 'batch' });
    else if (!waits.some((call) => call.user === 'heavy')) {
      this.arrive({ class: 'interactive', user: 'heavy', weight: 100_000 });
    } else this.arrive({ class: 'interactive', user: `new ${this.#ids}`, weight: 1 });
  }

  /** Ends an open call the way calls end: with a figure, without one, with nothing, and now and then twice. */
  end(call: Call | undefined = this.open.size > 0 ? this.pick([...this.open.values()]) : undefined): void {
    if (!call?.permit) return;
    call.state = 'over';
    this.open.delete(call.id);
    const dice = this.random();
    if (dice < 0.3) call.permit.release();
    else call.permit.release({ tokens: dice < 0.5 ? 0 : Math.floor(dice * 3000) });
    if (this.random() < 0.2) call.permit.release({ tokens: 7 });
  }

  stop(): void {
    if (this.waiting.size === 0) return;
    const call = this.pick([...this.waiting.values()]);
    this.#abort(call, 'stopped');
  }

  timeOut(): void {
    this.clock.ms += this.random() * 2000;
    for (const call of [...this.waiting.values()]) {
      if (call.deadline <= this.clock.ms) this.#abort(call, 'timed out');
    }
  }

  changeLimit(): void {
    const lane = this.random() < 0.6 ? this.pick(LANES) : null;
    const limit = Math.floor(this.random() * 7);
    if (lane) this.laneLimits.set(lane, limit);
    else this.limit = limit;
    if (lane) this.gate.setLaneLimit(lane, limit);
    else this.gate.setLimit(limit);
  }

  openUp(): void {
    for (const lane of LANES) {
      this.laneLimits.set(lane, 2);
      this.gate.setLaneLimit(lane, 2);
    }
    this.limit = 4;
    this.gate.setLimit(4);
  }

  #abort(call: Call, why: string): void {
    call.stop.abort(new Error(why));
    this.waiting.delete(call.id);
    const line = lineOf(call);
    if (![...this.waiting.values()].some((other) => lineOf(other) === line)) this.overtaken.delete(line);
  }

  #onGranted(event: Granted): void {
    const call = this.waiting.get(event.id);
    if (!call) this.faults.push(`${event.id} was granted and did not wait`);
    if (!this.hasRoom(event.lane)) this.faults.push(`${event.id} was granted beyond a limit`);
    if (!call) return;
    this.#countOvertaken(call);
    call.state = 'open';
    this.waiting.delete(call.id);
    this.open.set(call.id, call);
    this.granted.push(call.id);
  }

  /** A line (user, class, lane) is overtaken when it could have had the grant that another one got. */
  #countOvertaken(granted: Call): void {
    const roomy = this.roomyLanes();
    const before = this.overtaken;
    this.overtaken = new Map();
    for (const call of this.waiting.values()) {
      const line = lineOf(call);
      const passed = roomy.includes(call.lane) ? 1 : 0;
      if (line !== lineOf(granted)) this.overtaken.set(line, (before.get(line) ?? 0) + passed);
    }
  }
}

function lineOf(call: Call): string {
  return `${call.class} ${call.lane} ${call.user}`;
}
