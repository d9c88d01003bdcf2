import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SocketServer, serveBackend } from '#lib/store/embedded-socket.ts';
import { openPrisma, type PrismaClient } from '#lib/store/prisma.ts';
import { migrate } from '#lib/store/prisma-migrate.ts';
import { memoryLog } from '#lib/telemetry/memory-log.ts';
import { authContract } from './auth.contract.ts';
import { prismaAuth } from './better-auth.ts';

const parts = (database: ScratchDatabase) => ({
  prisma: database.prisma,
  secret: 'a secret of the tests, long enough to be one',
  origins: new Set(['http://127.0.0.1:3000']),
  secure: false,
  log: memoryLog(),
});

authContract('prismaAuth', async () => {
  const database = await scratchDatabase();
  return {
    open: (options) => prismaAuth({ ...parts(database), ...options }),
    setAway: database.setAway,
    async age(ms) {
      const seconds = ms / 1000;
      await database.prisma
        .$executeRaw`UPDATE "Session" SET "expiresAt" = "expiresAt" - make_interval(secs => ${seconds})`;
    },
    close: database.close,
  };
});

describe('prismaAuth', () => {
  let database: ScratchDatabase;
  beforeAll(async () => {
    database = await scratchDatabase();
  });
  afterAll(() => database.close());

  it('[I4] a cookie signed with another secret is nobody', async () => {
    const ours = prismaAuth(parts(database));
    const theirs = prismaAuth({ ...parts(database), secret: 'another secret of the tests, also long' });
    const { setCookie } = await ours.enter(new Headers(), '203.0.113.7');
    const [name = '', value = ''] = (setCookie[0] ?? '').split(';', 1)[0]?.split('=') ?? [];
    const named = (await theirs.enter(new Headers(), '203.0.113.7')).setCookie[0]?.split('=', 1)[0];
    expect(named).not.toBe(name);
    expect(await theirs.visitor(new Headers({ cookie: `${named}=${value}` }))).toBeNull();
  });

  it('[I10] keeps neither the address nor the user agent', async () => {
    const auth = prismaAuth(parts(database));
    const headers = new Headers({ 'user-agent': 'Spy/1', 'x-forwarded-for': '198.51.100.1' });
    const { visitor } = await auth.enter(headers, '203.0.113.7');
    const row = await database.prisma.session.findUniqueOrThrow({ where: { id: visitor.sessionId } });
    expect([row.ipAddress || null, row.userAgent || null]).toEqual([null, null]);
  });

  it('[F160] a gap where an owner belongs is an error, and no query for the rows of everybody', async () => {
    const gap = { where: { userId: undefined } };
    await expect(database.prisma.session.findMany(gap)).rejects.toThrow(/undefined/);
    await expect(database.prisma.chat.updateMany({ ...gap, data: { title: 'x' } })).rejects.toThrow(
      /undefined/,
    );
  });

  it('[I9] what the database said is in the log and attached to the refusal, not in its sentence', async () => {
    const log = memoryLog();
    const auth = prismaAuth({ ...parts(database), log });
    await database.setAway(true);
    const refused = await auth.enter(new Headers(), '203.0.113.7').catch((error: unknown) => error);
    await database.setAway(false);
    expect(refused).toMatchObject({ code: 'storage_unavailable', cause: expect.any(Error) });
    expect(String(refused)).not.toMatch(/prisma|ECONN|ENOENT|sock/i);
  });
});

/** A database in memory, migrated, that can be cut off. */
interface ScratchDatabase {
  prisma: PrismaClient;
  /** Cuts every connection and refuses new ones, until called with false. */
  setAway(away: boolean): Promise<void>;
  close(): Promise<void>;
}

async function scratchDatabase(): Promise<ScratchDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'weir-auth-'));
  const db = await PGlite.create();
  const listen = () => serveBackend(db, { path: join(folder, '.s.PGSQL.5432') });
  let server: SocketServer | null = await listen();
  const address = { host: folder, user: 'postgres', database: 'postgres' };
  await migrate(address);
  const prisma = openPrisma(address, { poolSize: 2 });
  return {
    prisma,
    async setAway(away) {
      if (away === (server === null)) return;
      await server?.close();
      server = away ? null : await listen();
    },
    async close() {
      await prisma.$disconnect();
      await server?.close();
      await db.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
