import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { type ApiKeysOnTrial, apiKeysContract } from '#lib/auth/api-keys.contract.ts';
import { prismaApiKeys } from './prisma-api-keys.ts';
import { type OpenStore, openStore } from './prisma-store.ts';
import { createTestDatabase, createUser, findTestServer } from './test-database-fixture.ts';

function onTrial(opened: OpenStore, now: () => number, close: () => Promise<void>): ApiKeysOnTrial {
  return {
    keys: prismaApiKeys(opened.prisma, { now }),
    newUser: () => createUser(opened),
    dump: async () => JSON.stringify(await opened.prisma.apiKey.findMany()),
    close,
  };
}

apiKeysContract('embedded', async (now) => {
  const dataFolder = await mkdtemp(join(tmpdir(), 'weir-test-'));
  const opened = await openStore({ databaseUrl: null, dataFolder });
  return onTrial(opened, now, async () => {
    await opened.close();
    await rm(dataFolder, { recursive: true });
  });
});

const server = await findTestServer();

if (server === null) {
  describe.skip('server', () => {
    it('needs a Postgres server: set DATABASE_URL_TEST', () => undefined);
  });
} else {
  apiKeysContract('server', async (now) => {
    const database = await createTestDatabase(server);
    const opened = await openStore({ databaseUrl: database.url, dataFolder: '' });
    return onTrial(opened, now, async () => {
      await opened.close();
      await database.drop();
    });
  });
}
