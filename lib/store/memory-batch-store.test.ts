import { randomUUID } from 'node:crypto';
import { describeBatchStore } from './batch-store-contract.ts';
import { memoryBatchStore } from './memory-batch-store.ts';
import { memoryFileStore } from './memory-file-store.ts';

describeBatchStore('memory', async (now) => {
  const files = memoryFileStore({ now });
  const batches = memoryBatchStore({ now, files });
  return { batches, files, newUser: async () => randomUUID(), close: async () => undefined };
});
