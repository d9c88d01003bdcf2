import type { BatchStore } from '#lib/store/batch-store.ts';
import type { Log } from '#lib/telemetry/log.ts';
import { batchLimits } from '#lib/wire/batch.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Removes batches and files whose time is over, every hour. Returns the way to stop that. */
export function purgeBatches(
  store: Pick<BatchStore, 'purge'>,
  { log, now }: { log: Log; now: () => number },
): () => void {
  const timer = setInterval(() => {
    const kept = now() - batchLimits.keptDays * DAY_MS;
    store.purge({ ended: kept, files: kept, uploads: now() - batchLimits.fileHours * HOUR_MS }).then(
      (count) => count > 0 && log.info({ count }, 'old batches and files removed'),
      (err: unknown) => log.warn({ err }, 'old batches and files not removed'),
    );
  }, HOUR_MS);
  timer.unref();
  return () => clearInterval(timer);
}
