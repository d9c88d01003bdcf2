import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { describeBatchStore } from './batch-store-contract.ts';
import { prismaBatchStore } from './prisma-batch-store.ts';
import { prismaFileStore } from './prisma-file-store.ts';
import { type OpenStore, openStore } from './prisma-store.ts';
import { createTestDatabase, createUser, findTestServer } from './test-database-fixture.ts';

describeBatchStore('embedded', async (now) => {
  const dataFolder = await mkdtemp(join(tmpdir(), 'weir-test-'));
  const opened = await openStore({ databaseUrl: null, dataFolder, now });
  return subject(opened, now, () => rm(dataFolder, { recursive: true }));
});

const server = await findTestServer();
if (server === null) {
  describe.skip('server', () => {
    it('needs a Postgres server: set DATABASE_URL_TEST', () => undefined);
  });
} else {
  describeBatchStore('server', async (now) => {
    const database = await createTestDatabase(server);
    const opened = await openStore({ databaseUrl: database.url, dataFolder: '', now });
    return subject(opened, now, database.drop);
  });
}

function subject(opened: OpenStore, now: () => number, drop: () => Promise<void>) {
  const close = async () => {
    await opened.close();
    await drop();
  };
  const { prisma } = opened;
  const stores = { batches: prismaBatchStore(prisma, { now }), files: prismaFileStore(prisma, { now }) };
  return { ...stores, newUser: () => createUser(opened), close };
}
