import type { GateEvent, GateSnapshot, LaneSnapshot } from '#lib/gate/gate.ts';
import type { CallWatch } from '#lib/upstream/model.ts';
import type { FailureCode } from '#lib/wire/error-code.ts';
import { FLOW_POINTS, type Flow, type FlowLane, type FlowPoint, pointOf } from '#lib/wire/flow.ts';
import type { LiveGeneration } from './live-generation.ts';
import { Recent, RecentCount, spreadOf } from './recent.ts';

/** Lanes in all points together, so that the first event to whoever looks stays small. */
const MOST_ENTRIES = 6_000;

export interface FlowRecordPorts {
  gate: { snapshot(): GateSnapshot; on(listener: (event: GateEvent) => void): () => void };
  generations: { all(): Iterable<LiveGeneration>; ofUser(userId: string): Iterable<LiveGeneration> };
  /** Milliseconds since 1970. */
  now: () => number;
}

interface LaneRecord {
  readonly firstToken: Recent<number>;
  readonly waited: Recent<number>;
  readonly retries: RecentCount;
  readonly failures: Map<FailureCode, RecentCount>;
  /** Pieces of text since the last tick. */
  tokens: number;
  tokensPerSecond: number;
}

/** What goes through the gate: as it is now, what the last five minutes were like, and a point a second for the charts. */
export class FlowRecord {
  readonly #ports: FlowRecordPorts;
  readonly #lanes = new Map<string, LaneRecord>();
  readonly #rates = new WeakMap<LiveGeneration, { seen: number; perSecond: number }>();
  readonly #points: FlowPoint[] = [];
  #tickedAt: number;
  #now: Omit<Flow, 'mine'>;

  constructor(ports: FlowRecordPorts) {
    this.#ports = ports;
    this.#tickedAt = ports.now();
    this.#now = this.#look();
    ports.gate.on((event) => {
      if (event.type === 'granted') this.#lane(event.lane).waited.add(event.waitedMs, ports.now());
    });
  }

  /** One upstream call of any kind begins. */
  call(lane: string): CallWatch {
    const record = this.#lane(lane);
    return {
      first: (ms) => record.firstToken.add(ms, this.#ports.now()),
      piece() {
        record.tokens += 1;
      },
      over: ({ error }) => {
        if (error === null || error === 'aborted') return;
        const failures = record.failures.get(error) ?? new RecentCount();
        record.failures.set(error, failures);
        failures.add(this.#ports.now());
      },
    };
  }

  retried(lane: string): void {
    this.#lane(lane).retries.add(this.#ports.now());
  }

  /** As of the last tick, for everybody. */
  get now(): Omit<Flow, 'mine'> {
    return this.#now;
  }

  /** A second apart, oldest first. */
  get past(): readonly FlowPoint[] {
    return this.#points;
  }

  mine(userId: string): Flow['mine'] {
    return Array.from(this.#ports.generations.ofUser(userId))
      .filter(({ deltas }) => deltas > 0)
      .map((generation) => ({
        generation: generation.id,
        tokens: generation.deltas,
        tokensPerSecond: this.#rates.get(generation)?.perSecond ?? 0,
      }));
  }

  /** To be called once a second. */
  tick(): void {
    const now = this.#ports.now();
    const seconds = Math.max(0.001, (now - this.#tickedAt) / 1000);
    this.#tickedAt = now;
    for (const generation of this.#ports.generations.all()) {
      const { deltas } = generation;
      const perSecond = (deltas - (this.#rates.get(generation)?.seen ?? 0)) / seconds;
      this.#rates.set(generation, { seen: deltas, perSecond });
    }
    for (const lane of this.#lanes.values()) {
      lane.tokensPerSecond = lane.tokens / seconds;
      lane.tokens = 0;
    }
    this.#now = this.#look();
    this.#points.push(pointOf(this.#now));
    while (this.#points.length > FLOW_POINTS || this.#entries() > MOST_ENTRIES) this.#points.shift();
  }

  #entries(): number {
    return this.#points.reduce((sum, { lanes }) => sum + lanes.length, 0);
  }

  #look(): Omit<Flow, 'mine'> {
    const gate = this.#ports.gate.snapshot();
    const { limit, held, waiting, oldestWaitMs } = gate;
    // The gate has a lane for every model that is offered: only those that were called are of interest.
    const called = gate.lanes.filter(({ lane, waiting }) => waiting > 0 || this.#lanes.has(lane));
    const lanes = called.map((lane) => this.#laneNow(lane, gate));
    return { at: this.#ports.now(), limit, held, waiting, oldestWaitMs, lanes };
  }

  #laneNow(lane: LaneSnapshot, { at }: GateSnapshot): FlowLane {
    const record = this.#lane(lane.lane);
    const now = this.#ports.now();
    return {
      lane: lane.lane,
      limit: lane.limit,
      workingLimit: Math.min(lane.reopening ?? lane.workingLimit, lane.workingLimit),
      opensInMs: lane.closedUntil === null ? null : Math.max(0, lane.closedUntil - at),
      held: lane.held,
      waiting: lane.waitingByClass,
      requests: lane.requests,
      tokens: lane.tokens,
      tokensPerSecond: record.tokensPerSecond,
      firstToken: spreadOf(record.firstToken.values(now)),
      waited: spreadOf(record.waited.values(now)),
      retries: record.retries.count(now),
      failures: failuresOf(record, now),
    };
  }

  #lane(name: string): LaneRecord {
    const known = this.#lanes.get(name);
    if (known !== undefined) return known;
    const fresh = {
      firstToken: new Recent<number>(),
      waited: new Recent<number>(),
      retries: new RecentCount(),
      failures: new Map(),
      tokens: 0,
      tokensPerSecond: 0,
    };
    this.#lanes.set(name, fresh);
    return fresh;
  }
}

/** Most first. */
function failuresOf({ failures }: LaneRecord, now: number): FlowLane['failures'] {
  const counts = Array.from(failures, ([code, recent]) => ({ code, count: recent.count(now) }));
  return counts.filter(({ count }) => count > 0).sort((one, other) => other.count - one.count);
}
