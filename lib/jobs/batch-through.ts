import type { BatchStore, StoredBatch } from '#lib/store/batch-store.ts';
import type { Log } from '#lib/telemetry/log.ts';
import type { BatchRun } from './batch-run.ts';
import { type Pace, unknownPace } from './batch-summary.ts';

export interface ThroughPorts {
  store: Pick<BatchStore, 'settle'>;
  log: Log;
  /** Milliseconds since 1970. */
  now: () => number;
  tell: (batch: StoredBatch, pace: Pace) => void;
  /** Before another try. */
  pause: () => Promise<unknown>;
}

/** Until all items have ended and the batch with them, or it is somebody else's, or there is nothing to do with this lease. */
export async function runThrough(run: BatchRun, ports: ThroughPorts): Promise<void> {
  for (;;) {
    const before = run.begun;
    await run.run();
    if (isLeft(run)) return;
    const settled = await settle(run, ports);
    if (settled !== null && settled.state !== 'running') ports.tell(settled, unknownPace);
    if (settled?.state !== 'running') return;
    await ports.pause();
    // Items are claimed for this lease that nobody holds: the answer of a claim got lost. Whoever lets go of it frees them.
    if (run.begun === before) return;
    // A retry has come in between.
    run.poke();
  }
}

/** The database may be away: then the end waits. */
async function settle(run: BatchRun, { store, log, now, pause }: ThroughPorts): Promise<StoredBatch | null> {
  while (!isLeft(run)) {
    try {
      return await store.settle(run.lease, now());
    } catch (err) {
      log.warn({ err, batch: run.lease.batchId }, 'the end of a batch is not stored yet');
      await pause();
    }
  }
  return null;
}

function isLeft({ stopped }: BatchRun): boolean {
  return stopped === 'fenced' || stopped === 'draining';
}
