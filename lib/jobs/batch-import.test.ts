import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { memoryBatchStore } from '#lib/store/memory-batch-store.ts';
import { memoryFileStore } from '#lib/store/memory-file-store.ts';
import { anna, bytes, lines, stage } from './batch-fixture.ts';
import { importItems } from './batch-import.ts';
import { storeFile } from './batch-upload.ts';

it('[J48] a batch whose file is removed while it is read in says so, and runs no part of it', async () => {
  const files = memoryFileStore();
  const store = memoryBatchStore({ files });
  const upload = { userId: anna, id: randomUUID(), name: 'f', purpose: 'batch', format: 'lines' } as const;
  const { id: fileId } = await storeFile({ ...upload, content: bytes(lines(50_000), 65_536) }, files);
  const id = randomUUID();
  await store.create(anna, { id, name: 'b', format: 'lines', fileId, stages: [stage()], api: null });
  const step = async () => {
    const taken = await store.take(id, 'p1', { afterMs: 0, alone: false });
    if (taken === null) throw new Error('not taken');
    const chunk: typeof files.chunk = async (userId, file, seq) => {
      if (seq === 1) await files.remove(userId, file);
      return files.chunk(userId, file, seq);
    };
    const ports = { store, files: { ...files, chunk }, now: Date.now, moved: () => undefined };
    await importItems(taken.lease, taken.batch, { ...ports, isLeft: () => false }).finally(() =>
      store.release(taken.lease),
    );
    return store.batch(anna, id);
  };
  await expect(step()).rejects.toMatchObject({ code: 'not_found' });
  expect(await store.batch(anna, id)).toMatchObject({ state: 'validating' });
  expect(await step()).toMatchObject({ state: 'failed', message: expect.stringContaining('is gone') });
});
