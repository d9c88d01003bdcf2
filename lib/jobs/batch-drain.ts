import type { BatchRun } from './batch-run.ts';

/** Beyond the deadline. */
const GIVE_UP_MS = 5_000;

/** Calls that were made finish within `ms` or are ended; resolves when all runs are over. */
export async function drainRuns(
  runs: readonly { run: Pick<BatchRun, 'stop' | 'abort'>; over: Promise<void> }[],
  ms: number,
): Promise<void> {
  for (const { run } of runs) run.stop('draining');
  const abort = setTimeout(() => {
    for (const { run } of runs) run.abort();
  }, ms);
  // With the database away there is no end to wait for: what could not be stored is asked for again.
  const giveUp = setTimeout(() => {
    for (const { run } of runs) run.stop('fenced');
  }, ms + GIVE_UP_MS);
  await Promise.all(runs.map(({ over }) => over));
  clearTimeout(abort);
  clearTimeout(giveUp);
}
