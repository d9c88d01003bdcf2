import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { purgeSome } from './prisma-batches.ts';
import { openStore } from './prisma-store.ts';
import { createUser } from './test-database-fixture.ts';

it('[S35] old batches and files go a few at a time, and all of them go', async () => {
  const dataFolder = await mkdtemp(join(tmpdir(), 'weir-test-'));
  const opened = await openStore({ databaseUrl: null, dataFolder });
  onTestFinished(async () => {
    await opened.close();
    await rm(dataFolder, { recursive: true });
  });
  const { batches, prisma } = opened;
  const userId = await createUser(opened);
  const made = async (count: number) => {
    const old = { userId, name: 'old', format: 'jsonl', createdAt: new Date() };
    const ids = Array.from({ length: count }, () => randomUUID());
    await prisma.batchFile.createMany({ data: ids.map((id) => ({ ...old, id, purpose: 'batch' })) });
    const over = { state: 'failed', endedAt: new Date(), stages: '[]' };
    await prisma.batch.createMany({ data: ids.map((id) => ({ ...old, ...over, id, fileId: id })) });
  };
  const later = Date.now() + 60_000;
  const before = { ended: new Date(later), files: new Date(later), uploads: new Date(later) };
  await made(25);
  expect(await purgeSome(prisma, before)).toBe(40);
  expect(await batches.batches(userId, { limit: 100 })).toHaveLength(5);
  await made(20);
  expect(await batches.purge({ ended: later, files: later, uploads: later })).toBe(50);
  expect(await prisma.batchFile.count()).toBe(0);
  expect(await batches.batches(userId, { limit: 100 })).toEqual([]);
});
