import { randomUUID } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import { adopt, beat } from './prisma-adoption.ts';
import { openStore } from './prisma-store.ts';
import { createTestDatabase, findTestServer } from './test-database-fixture.ts';

/** A clock that counts microseconds: half of all instants round up to a millisecond that is yet to come. */
const INSTANTS = 40;
const server = await findTestServer();

describe.skipIf(server === null)('beats on a Postgres server', () => {
  it('[S56] [F82] a beat is never kept as one of the future: who beat just now has been silent for no time at all', async () => {
    const database = await createTestDatabase(server ?? '');
    const { prisma, close } = await openStore({ databaseUrl: database.url, dataFolder: '' });
    onTestFinished(async () => {
      await close();
      await database.drop();
    });
    for (let instant = 0; instant < INSTANTS; instant += 1) {
      const silent = randomUUID();
      // All of a transaction happens at one instant of the database's clock.
      const known = await prisma.$transaction(async (db) => {
        await beat(db, silent);
        await adopt(db, randomUUID(), { deadAfterMs: 0, alone: false });
        return db.process.count({ where: { owner: silent } });
      });
      expect(known).toBe(0);
    }
  });
});
