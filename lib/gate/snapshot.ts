import type { Bucket } from './bucket.ts';
import type { GateClass } from './cohort.ts';
import type { Lane } from './lane.ts';
import type { Semaphore } from './semaphore.ts';
import type { GateSnapshot, LaneSnapshot, RateSnapshot } from './terms.ts';

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
  const waitingIn = groupBy(waiting, (call) => call.lane);
  const held = byClass(running);
  const waits = byClass(waiting);
  const both = (gateClass: GateClass) => ({ held: held[gateClass], waiting: waits[gateClass] });
  return {
    at: now,
    limit: permits.limit,
    held: permits.held,
    waiting: waiting.length,
    draining,
    oldestWaitMs: Math.max(0, now - (waiting[0]?.since ?? now)),
    lanes: Array.from(state.lanes, (lane) => laneSnapshot(lane, waitingIn.get(lane.name) ?? [], now)),
    classes: { interactive: both('interactive'), helper: both('helper'), background: both('background') },
    waitingByUser: new Map(state.waitingByUser),
  };
}

function laneSnapshot(lane: Lane, waiting: readonly At[], now: number): LaneSnapshot {
  const { name, ceiling, workingLimit, valve, permits, usualHoldMs, requests, tokens } = lane;
  const { reopening, closedUntil } = valve;
  return {
    lane: name,
    limit: ceiling,
    workingLimit,
    reopening,
    closedUntil,
    held: permits.held,
    waiting: waiting.length,
    waitingByClass: byClass(waiting),
    usualHoldMs,
    requests: rateSnapshot(requests, now),
    tokens: rateSnapshot(tokens, now),
  };
}

function rateSnapshot(bucket: Bucket, now: number): RateSnapshot | null {
  const { perMinute } = bucket;
  const left = bucket.left(now);
  return perMinute === null || left === null ? null : { perMinute, left };
}

function byClass(calls: readonly At[]): Record<GateClass, number> {
  const counts = { interactive: 0, helper: 0, background: 0 };
  for (const call of calls) counts[call.class] += 1;
  return counts;
}

function groupBy<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group) group.push(item);
    else groups.set(key(item), [item]);
  }
  return groups;
}
