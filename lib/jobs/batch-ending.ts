import type { BatchLease, BatchStore, StoredBatch } from '#lib/store/batch-store.ts';
import type { Log } from '#lib/telemetry/log.ts';
import { type BatchOutputPorts, writeResults } from './batch-output.ts';
import { isAway } from './batch-writer.ts';

export interface BatchEndingPorts extends Omit<BatchOutputPorts, 'store'> {
  store: Pick<BatchStore, 'batch' | 'items' | 'conclude' | 'fail' | 'release'>;
  log: Log;
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
  const made: string[] = [];
  const newId = () => {
    const id = ports.newId();
    made.push(id);
    return id;
  };
  try {
    const ended =
      broken < MOST_BREAKS
        ? await store.conclude(lease, now(), await writeResults(batch, { ...ports, newId }))
        : await store.fail(lease, now(), UNWRITABLE, []);
    breaks.delete(batch.id);
    return ended;
  } catch (err) {
    // While the database is away nothing could go well.
    if (!isAway(err)) breaks.set(batch.id, broken + 1);
    throw err;
  } finally {
    await tidy(lease, batch, made, ports);
  }
}

/** Removes the files of this try, and of ends before a retry, that the batch does not name. Never rejects. */
async function tidy(
  lease: BatchLease,
  { id, userId, api }: StoredBatch,
  made: readonly string[],
  { store, files, log }: BatchEndingPorts,
): Promise<void> {
  try {
    // First: behind it no `conclude` whose answer was lost can still come through and name them.
    await store.release(lease);
    const stored = await store.batch(userId, id);
    const named = [stored?.api?.outputFileId, stored?.api?.errorFileId];
    for (const fileId of [...made, api?.outputFileId, api?.errorFileId])
      if (fileId && !named.includes(fileId)) await files.remove(userId, fileId);
  } catch (err) {
    log.warn({ err, batch: id }, 'files that a batch does not need could not be removed');
  }
}
