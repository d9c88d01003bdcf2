import type { GateClass } from './cohort.ts';
import type { Lane } from './lane.ts';
import type { Semaphore } from './semaphore.ts';
import type { GateSnapshot, LaneSnapshot } from './terms.ts';

interface At {
  readonly lane: string;
  readonly class: GateClass;
  readonly since: number;
}

interface GateState {
  readonly permits: Semaphore;
  readonly lanes: Iterable<Lane>;
  /** Longest waiting first. */
  readonly waiting: readonly At[];
  readonly running: readonly At[];
  readonly waitingByUser: ReadonlyMap<string, number>;
  readonly draining: boolean;
  readonly now: number;
}

export function snapshotOf(state: GateState): GateSnapshot {
  const { permits, waiting, running, draining, now } = state;
  const waitingIn = countBy(waiting, (call) => call.lane);
  return {
    limit: permits.limit,
    held: permits.held,
    waiting: waiting.length,
    draining,
    oldestWaitMs: Math.max(0, now - (waiting[0]?.since ?? now)),
    lanes: Array.from(state.lanes, (lane) =>
      laneSnapshot(lane, permits.limit, waitingIn.get(lane.name) ?? 0),
    ),
    classes: classesOf(running, waiting),
    waitingByUser: new Map(state.waitingByUser),
  };
}

function laneSnapshot({ name, permits, usualHoldMs }: Lane, overall: number, waiting: number): LaneSnapshot {
  return { lane: name, limit: Math.min(permits.limit, overall), held: permits.held, waiting, usualHoldMs };
}

function classesOf(running: readonly At[], waiting: readonly At[]): GateSnapshot['classes'] {
  const held = countBy(running, (call) => call.class);
  const waits = countBy(waiting, (call) => call.class);
  const of = (gateClass: GateClass) => ({
    held: held.get(gateClass) ?? 0,
    waiting: waits.get(gateClass) ?? 0,
  });
  return { interactive: of('interactive'), helper: of('helper'), background: of('background') };
}

function countBy<T>(items: readonly T[], key: (item: T) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(key(item), (counts.get(key(item)) ?? 0) + 1);
  return counts;
}
