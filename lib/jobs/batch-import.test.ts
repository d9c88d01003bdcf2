import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { memoryBatchStore } from '#lib/store/memory-batch-store.ts';
import { memoryFileStore } from '#lib/store/memory-file-store.ts';
import { Refusal } from '#lib/wire/error-code.ts';
import { anna, bytes, lines, stage } from './batch-fixture.ts';
import { importItems } from './batch-import.ts';
import { storeFile } from './batch-upload.ts';

const fresh = { deaths: 0, breaks: new Map<string, number>() };

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
    const ports = { store, files: { ...files, chunk }, now: Date.now, moved: () => undefined, ...fresh };
    await importItems(taken.lease, taken.batch, { ...ports, isLeft: () => false }).finally(() =>
      store.release(taken.lease),
    );
    return store.batch(anna, id);
  };
  await expect(step()).rejects.toMatchObject({ code: 'not_found' });
  expect(await store.batch(anna, id)).toMatchObject({ state: 'validating' });
  expect(await step()).toMatchObject({ state: 'failed', message: expect.stringContaining('is gone') });
});

async function imported(given: { deaths?: number; breaks?: Map<string, number>; fault?: Error }) {
  const files = memoryFileStore();
  const store = memoryBatchStore({ files });
  const upload = { userId: anna, id: randomUUID(), name: 'f', purpose: 'batch', format: 'lines' } as const;
  const { id: fileId } = await storeFile({ ...upload, content: bytes(lines(3)) }, files);
  const id = '018f0000-0000-7000-8000-000000000001';
  await store.create(anna, { id, name: 'b', format: 'lines', fileId, stages: [stage()], api: null });
  const living = { afterMs: 1_000, alone: false };
  for (let round = 0; round < 20; round += 1) {
    const taken = await store.take(id, 'p0', living);
    if (taken !== null) await store.release(taken.lease);
  }
  const taken = await store.take(id, 'p1', living);
  if (taken === null) throw new Error('not taken');
  const { fault } = given;
  const addItems = fault === undefined ? store.addItems : () => Promise.reject(fault);
  const ports = { store: { ...store, addItems }, files, now: Date.now, moved: () => undefined };
  const counts = { deaths: given.deaths ?? taken.deaths, breaks: given.breaks ?? new Map<string, number>() };
  return importItems(taken.lease, taken.batch, { ...ports, ...counts, isLeft: () => false });
}

it('[J80] a batch that was let go of twenty times in order is read in all the same', async () => {
  expect(await imported({})).toMatchObject({ state: 'running', total: 3 });
});

it('[J80] a file at which five processes died is not tried on the next one', async () => {
  expect(await imported({ deaths: 4 })).toMatchObject({ state: 'running' });
  expect(await imported({ deaths: 5 })).toMatchObject({
    state: 'failed',
    message: expect.stringContaining('in parts'),
  });
});

it('[J80] only what breaks by itself is counted, not a database that is away', async () => {
  const breaks = new Map<string, number>();
  const away = new Refusal('storage_unavailable', 'The database cannot be reached.');
  for (let round = 0; round < 30; round += 1)
    await expect(imported({ breaks, fault: away })).rejects.toBe(away);
  const bug = new Error('nobody foresaw this');
  for (let round = 0; round < 20; round += 1)
    await expect(imported({ breaks, fault: bug })).rejects.toBe(bug);
  expect(await imported({ breaks, fault: bug })).toMatchObject({ state: 'failed' });
  expect(breaks.size).toBe(0);
});
