import type { StoredBatch } from '#lib/store/batch-store.ts';
import { type BatchSummary, isOver, type StageCounts } from '#lib/wire/batch.ts';

/** How fast items end. */
export interface Pace {
  /** Items a minute; null while nothing is known. */
  perMinute: number | null;
}

export const unknownPace: Pace = { perMinute: null };

/** @param isElsewhere this process does not work on it */
export function summaryOf(batch: StoredBatch, pace: Pace = unknownPace, isElsewhere = false): BatchSummary {
  const { stages, stageDone, stageFailed, stageRunning, total, cancelled, api } = batch;
  const { id, name, state, format, createdAt, startedAt, endedAt, tokensIn, tokensOut, message } = batch;
  const done = stageDone.at(-1) ?? 0;
  const failed = sum(stageFailed);
  const running = sum(stageRunning);
  const waiting = Math.max(0, total - done - failed - running - cancelled);
  const counts = stages.map((_, at): StageCounts => {
    const reached = at === 0 ? total - cancelled : (stageDone[at - 1] ?? 0);
    const own = { running: stageRunning[at] ?? 0, done: stageDone[at] ?? 0, failed: stageFailed[at] ?? 0 };
    const left = Math.max(0, reached - own.running - own.done - own.failed);
    return { ...own, waiting: isOver(state) ? 0 : left };
  });
  const { perMinute } = state === 'running' ? pace : { perMinute: null };
  const left = waiting + running;
  return {
    ...{
      id,
      name,
      state,
      format,
      createdAt,
      startedAt,
      endedAt,
      total,
      tokensIn,
      tokensOut,
      message,
      perMinute,
    },
    ...(isElsewhere && !isOver(state) ? { isElsewhere } : {}),
    viaApi: api !== null,
    counts: { waiting, running, done, failed, cancelled },
    stages: stages.map((stage, at) => ({ ...stage, counts: counts[at] ?? none })),
    leftMs: perMinute ? Math.round((left / perMinute) * 60_000) : null,
  };
}

const none: StageCounts = { waiting: 0, running: 0, done: 0, failed: 0 };

export function ended({ stageDone, stageFailed, cancelled }: StoredBatch): number {
  return (stageDone.at(-1) ?? 0) + sum(stageFailed) + cancelled;
}

const WINDOW_MS = 3 * 60_000;
const STEP_MS = 1_000;
/** Less time than this says nothing. */
const LEAST_MS = 2_000;

/** Items a minute over the last three minutes. */
export class PaceRecord {
  readonly #points: { at: number; ended: number }[] = [];

  /** @param at milliseconds, monotonic */
  note(ended: number, at: number): void {
    const last = this.#points.at(-1);
    if (last !== undefined && at - last.at < STEP_MS) return;
    this.#points.push({ at, ended });
    while ((this.#points[0]?.at ?? at) < at - WINDOW_MS) this.#points.shift();
  }

  pace(ended: number, at: number): Pace {
    const first = this.#points[0];
    if (first === undefined || at - first.at < LEAST_MS) return { perMinute: null };
    const rate = ((ended - first.ended) / (at - first.at)) * 60_000;
    return { perMinute: rate > 0 ? Math.round(rate * 10) / 10 : null };
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, each) => all + each, 0);
}
