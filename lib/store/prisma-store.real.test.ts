import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openStore } from './prisma-store.ts';
import { createTestDatabase, createUser, findTestServer } from './test-database-fixture.ts';

const server = await findTestServer();
const dataFolder = '';

describe('[S18] a database that cannot be used is one line that says what to do', () => {
  it('[F89] an address that is none', async () => {
    await expect(openStore({ databaseUrl: 'mysql://x/y', dataFolder })).rejects.toThrow(
      'DATABASE_URL is no address',
    );
    await expect(openStore({ databaseUrl: 'nonsense', dataFolder })).rejects.toThrow(
      'DATABASE_URL is no address',
    );
  });

  it('[F89] [F101] nobody there', async () => {
    const opening = openStore({ databaseUrl: 'postgresql://x@127.0.0.1:1/y', dataFolder });
    await expect(opening).rejects.toThrow(
      /^The database cannot be reached \(.*\): start it, or correct DATABASE_URL\.$/,
    );
    await expect(opening).rejects.toMatchObject({ name: 'StartupError' });
  });

  it.skipIf(server === null)('no such database', async () => {
    const url = new URL(server ?? '');
    url.pathname = '/no_such_database';
    await expect(openStore({ databaseUrl: url.href, dataFolder })).rejects.toThrow(
      'Database "no_such_database" does not exist: create it, or correct DATABASE_URL.',
    );
  });

  it('a folder that is held, and given back when opening fails', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'weir-test-'));
    const first = await openStore({ databaseUrl: null, dataFolder: folder });
    expect(first.alone).toBe(true);
    await expect(openStore({ databaseUrl: null, dataFolder: folder })).rejects.toThrow('in use by process');
    await first.close();
    const second = await openStore({ databaseUrl: null, dataFolder: folder });
    await second.store.ping();
    await second.close();
    await rm(folder, { recursive: true });
  });
});

describe.skipIf(server === null)('[S17] a server', () => {
  it('that keeps another time zone changes no time', async () => {
    const database = await createTestDatabase(server ?? '');
    const opened = await openStore({ databaseUrl: database.url, dataFolder });
    await opened.prisma.$executeRawUnsafe(
      `ALTER DATABASE ${new URL(database.url).pathname.slice(1)} SET TimeZone = 'Asia/Tokyo'`,
    );
    await opened.close();
    const again = await openStore({ databaseUrl: database.url, dataFolder });
    const before = Date.now();
    const id = await createUser(again);
    const user = await again.prisma.user.findUniqueOrThrow({ where: { id } });
    expect(Math.abs(user.updatedAt.getTime() - before)).toBeLessThan(3_600_000);
    const rows = await again.prisma.$queryRaw<{ drift: number }[]>`
      SELECT abs(extract(epoch FROM now() - "updatedAt"))::int AS drift FROM "User" WHERE id = ${id}`;
    expect(rows[0]?.drift).toBeLessThan(3_600);
    await again.close();
    await database.drop();
  });

  it('[F101] that drops our connections is found again', async () => {
    const database = await createTestDatabase(server ?? '');
    const opened = await openStore({ databaseUrl: database.url, dataFolder, poolSize: 2 });
    const other = await openStore({ databaseUrl: database.url, dataFolder, poolSize: 1 });
    await Promise.all([opened.store.ping(), opened.store.ping()]);
    await other.prisma.$queryRaw`
      SELECT pg_terminate_backend(pid)::text FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid()`;
    const pings = await Promise.allSettled(Array.from({ length: 6 }, () => opened.store.ping()));
    for (const ping of pings) {
      if (ping.status === 'rejected') expect(ping.reason).toMatchObject({ code: 'storage_unavailable' });
    }
    await opened.store.ping();
    await opened.close();
    await other.close();
    await database.drop();
  });
});
