import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { memoryLog } from '#lib/telemetry/memory-log.ts';
import { describeMessageSearch } from './message-search-contract.ts';
import { type OpenStore, openStore } from './prisma-store.ts';
import { createTestDatabase, createUser, findTestServer } from './test-database-fixture.ts';

describeMessageSearch('embedded', async (now) => {
  const dataFolder = await mkdtemp(join(tmpdir(), 'weir-test-'));
  const opened = await openStore({ databaseUrl: null, dataFolder, now });
  expect(opened.search.hasVectors).toBe(true);
  return subject(opened, () => rm(dataFolder, { recursive: true }));
});

const server = await findTestServer();
if (server === null) {
  describe.skip('server', () => {
    it('needs a Postgres server: set DATABASE_URL_TEST', () => undefined);
  });
} else {
  describeMessageSearch('server', async (now) => {
    const database = await createTestDatabase(server);
    return subject(await openStore({ databaseUrl: database.url, dataFolder: '', now }), database.drop);
  });
}

describe.skipIf(server === null)('[S44] a Postgres server', () => {
  async function started() {
    const database = await createTestDatabase(server ?? '');
    const log = memoryLog();
    const open = () => openStore({ databaseUrl: database.url, dataFolder: '', log });
    const opened = await open();
    onTestFinished(async () => {
      await opened.close();
      await database.drop();
    });
    return { opened, open, log };
  }
  const tables = ({ prisma }: OpenStore) =>
    prisma.$queryRaw<{ there: boolean }[]>`SELECT to_regclass('"MessageVector"') IS NOT NULL AS there`;

  it('has vectors exactly if it knows pgvector; without it starts all the same, and says so', async () => {
    const { opened, log } = await started();
    const known = await opened.prisma.$queryRaw<object[]>`
      SELECT FROM pg_available_extensions WHERE name = 'vector'`;
    expect(opened.search.hasVectors).toBe(known.length === 1);
    expect(await tables(opened)).toEqual([{ there: known.length === 1 }]);
    const said = log.lines.some(({ message }) => message === 'messages are searched by their words alone');
    expect(said).toBe(known.length === 0);
    expect(await opened.search.byMeaning('anna', { model: 'm', vector: Float32Array.of(1) }, 1)).toEqual([]);
  });

  it('starts again and again, also several at once', async () => {
    const { open, opened } = await started();
    const others = await Promise.all([open(), open(), open()]);
    for (const other of others) {
      expect(other.search.hasVectors).toBe(opened.search.hasVectors);
      await other.close();
    }
  });
});

function subject(opened: OpenStore, drop: () => Promise<void>) {
  const close = async () => {
    await opened.close();
    await drop();
  };
  return { store: opened.store, search: opened.search, newUser: () => createUser(opened), close };
}
