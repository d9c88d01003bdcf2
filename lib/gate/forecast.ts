import type { Entry } from './cohort.ts';
import type { FairQueue } from './fair-queue.ts';

export interface RunningCall {
  readonly lane: string;
  /** On the gate's clock, ms. */
  readonly since: number;
}

/** What a forecast starts from. `queue` is used up: hand in a copy. */
export interface Present<E extends Entry> {
  readonly queue: FairQueue<E>;
  /** In the order in which they were granted. */
  readonly running: Iterable<RunningCall>;
  readonly limit: number;
  readonly laneLimit: (lane: string) => number;
  /** How long a call of this lane usually lasts, ms; null when not known. */
  readonly usualHold: (lane: string) => number | null;
  readonly now: number;
  readonly charge: (entry: E) => void;
}

export interface Expectation<E extends Entry> {
  readonly entry: E;
  /** Expected time of the grant on the gate's clock, ms; null when not known. */
  readonly at: number | null;
}

/**
 * The order in which those who wait will be granted, if from now on nobody arrives or leaves, no limit changes, and calls
 * end in the order in which they were granted. Those whose lane is closed (limit 0) come last.
 */
export function forecast<E extends Entry>(present: Present<E>): Expectation<E>[] {
  const { queue } = present;
  const running: RunningCall[] = [...present.running];
  const held = countByLane(running);
  const order: Expectation<E>[] = [];
  let clock = present.now;
  let open = running.length;

  const hasRoom = (lane: string) => open < present.limit && (held.get(lane) ?? 0) < present.laneLimit(lane);
  const grant = (entry: E) => {
    open += 1;
    held.set(entry.lane, (held.get(entry.lane) ?? 0) + 1);
    present.charge(entry);
    running.push({ lane: entry.lane, since: clock });
    order.push({ entry, at: present.usualHold(entry.lane) === null ? null : clock });
  };

  drain(queue, hasRoom, grant);
  for (let ended = 0; queue.size > 0; ended += 1) {
    const call = running[ended];
    if (!call) break;
    clock = Math.max(clock, call.since + (present.usualHold(call.lane) ?? 0));
    open -= 1;
    held.set(call.lane, (held.get(call.lane) ?? 0) - 1);
    drain(queue, hasRoom, grant);
  }
  drain(
    queue,
    () => true,
    (entry) => order.push({ entry, at: null }),
  );
  return order;
}

function drain<E extends Entry>(
  queue: FairQueue<E>,
  hasRoom: (lane: string) => boolean,
  take: (entry: E) => void,
): void {
  for (let entry = queue.next(hasRoom); entry; entry = queue.next(hasRoom)) take(entry);
}

function countByLane(calls: readonly RunningCall[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { lane } of calls) counts.set(lane, (counts.get(lane) ?? 0) + 1);
  return counts;
}
