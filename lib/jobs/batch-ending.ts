import type { BatchLease, BatchStore, StoredBatch } from '#lib/store/batch-store.ts';
import { type BatchOutputPorts, writeResults } from './batch-output.ts';
import { isAway } from './batch-writer.ts';

export interface BatchEndingPorts extends Omit<BatchOutputPorts, 'store'> {
  store: Pick<BatchStore, 'items' | 'conclude' | 'fail'>;
  /** How often in a row the end of a batch broke in this process, by its id. */
  breaks: Map<string, number>;
}

/** It is begun again every few seconds: some minutes, for a disk that is full may have room again. */
const MOST_BREAKS = 100;
const UNWRITABLE =
  'The results of this batch could not be written into files. What was answered can be downloaded on its page.';

/**
 * Writes the results of a batch of the API, and ends it with them.
 * @returns the batch as it is then; null when the lease was lost
 */
export async function endBatch(
  lease: BatchLease,
  batch: StoredBatch,
  ports: BatchEndingPorts,
): Promise<StoredBatch | null> {
  const { store, now, breaks } = ports;
  const broken = breaks.get(batch.id) ?? 0;
  try {
    const ended =
      broken < MOST_BREAKS
        ? await store.conclude(lease, now(), await writeResults(batch, ports))
        : await store.fail(lease, now(), UNWRITABLE, []);
    breaks.delete(batch.id);
    return ended;
  } catch (err) {
    // While the database is away nothing could go well.
    if (!isAway(err)) breaks.set(batch.id, broken + 1);
    throw err;
  }
}
