import type { BatchLease, BatchStore, StoredBatch } from '#lib/store/batch-store.ts';
import { type BatchEndingPorts, endBatch } from './batch-ending.ts';
import { type BatchImportPorts, importItems } from './batch-import.ts';
import { BatchNews } from './batch-news.ts';
import { type Pace, unknownPace } from './batch-summary.ts';
import type { WorkKind } from './job-queue.ts';

/** Which queue calls for what is to be done next. */
export function kindOf({ state }: Pick<StoredBatch, 'state'>): WorkKind {
  return state === 'validating' || state === 'finalizing' ? 'cpu' : 'llm';
}

export interface BatchComputePorts extends Omit<BatchImportPorts, 'store' | 'files' | 'moved'> {
  store: BatchStore;
  files: BatchImportPorts['files'] & BatchEndingPorts['files'];
  newId: () => string;
  breaks: BatchEndingPorts['breaks'];
  log: BatchEndingPorts['log'];
  tell: (batch: StoredBatch, pace: Pace) => void;
}

/** What of a batch needs no model: reading its file in, or writing its results out. */
export async function computeBatch(
  lease: BatchLease,
  batch: StoredBatch,
  ports: BatchComputePorts,
): Promise<void> {
  const { tell } = ports;
  const told = { ...batch };
  const news = new BatchNews(() => tell(told, unknownPace));
  const moved = (count: number) => {
    told.total += count;
    news.changed();
  };
  try {
    const step =
      batch.state === 'validating'
        ? await importItems(lease, batch, { ...ports, moved })
        : await endBatch(lease, batch, ports);
    if (step !== null) tell(step, unknownPace);
  } finally {
    news.close();
  }
}
