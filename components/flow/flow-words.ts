import { duration } from '#components/format.ts';
import type { FlowLane, Spread } from '#lib/wire/flow.ts';

export function rate(perSecond: number): string {
  const isSmall = perSecond > 0 && perSecond < 10;
  return `${isSmall ? perSecond.toFixed(1) : Math.round(perSecond)} tokens/s`;
}

/** Half of the values lie below the first, 95 of a hundred below the second. */
export function spreadWords(spread: Spread | null): string {
  return spread === null ? '–' : `${duration(spread.p50)} / ${duration(spread.p95)}`;
}

export interface LaneWords {
  label: string;
  tone: 'calm' | 'live' | 'warn';
}

/** @param opensInMs from now; null or past: the lane is open */
export function laneWords(lane: FlowLane, opensInMs: number | null): LaneWords {
  if (opensInMs !== null && opensInMs > 0) {
    return { label: `Closed by the model server, opens in ${Math.ceil(opensInMs / 1000)} s`, tone: 'warn' };
  }
  if (lane.workingLimit < lane.limit) {
    return { label: `Takes ${lane.workingLimit} of ${lane.limit} calls at the moment`, tone: 'warn' };
  }
  if (lane.held === 0 && waitingIn(lane) === 0) return { label: 'Idle', tone: 'calm' };
  return { label: lane.held < lane.limit ? 'Open' : 'All calls in use', tone: 'live' };
}

export function waitingIn({ waiting }: FlowLane): number {
  return waiting.interactive + waiting.helper + waiting.background;
}

/** Whether anything has happened in it lately. A server may offer hundreds of models that nobody uses. */
export function hasNews(lane: FlowLane): boolean {
  const isIdle = laneWords(lane, lane.opensInMs).tone === 'calm';
  const isBlank = lane.waited === null && lane.firstToken === null && lane.failures.length === 0;
  return !isIdle || !isBlank || lane.retries > 0;
}
