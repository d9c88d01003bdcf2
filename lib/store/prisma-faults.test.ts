import { describe, expect, it } from 'vitest';
import { openPrisma } from './prisma.ts';
import { type GuardClock, guarded } from './prisma-faults.ts';

/** Waiting moves it. */
function fakeClock(): GuardClock & { waits: number } {
  let time = 0;
  const clock = {
    waits: 0,
    now: () => time,
    wait: async (ms: number) => {
      time += ms;
      clock.waits += 1;
    },
  };
  return clock;
}

function failing(error: unknown, times: number) {
  let calls = 0;
  const work = async () => {
    calls += 1;
    if (calls <= times) throw error;
    return 'done';
  };
  return { work, calls: () => calls };
}

const refusedConnection = { code: 'P1001' };
const deadlock = {
  code: 'P2010',
  meta: { driverAdapterError: { cause: { kind: 'TransactionWriteConflict' } } },
};
const cut = { code: 'P2010', meta: { driverAdapterError: { cause: { originalCode: '57P01' } } } };

describe('[S17] faults of the database', () => {
  it.each([
    ['a refused connection', refusedConnection],
    ['a deadlock', deadlock],
    [
      'a lock that was not to be had',
      { code: 'P2010', meta: { driverAdapterError: { cause: { originalCode: '55P03' } } } },
    ],
  ])('[F98] [F99] %s is tried again', async (_, error) => {
    const { work, calls } = failing(error, 3);
    expect(await guarded(work, fakeClock())).toBe('done');
    expect(calls()).toBe(4);
  });

  it('[F98] after about 5 s it is storage_unavailable', async () => {
    const { work, calls } = failing(refusedConnection, Number.POSITIVE_INFINITY);
    await expect(guarded(work, fakeClock())).rejects.toMatchObject({ code: 'storage_unavailable' });
    expect(calls()).toBeGreaterThan(5);
    expect(calls()).toBeLessThan(30);
  });

  it('a connection that broke in between may have done its work: it is not tried again', async () => {
    const { work, calls } = failing(cut, 1);
    await expect(guarded(work, fakeClock())).rejects.toMatchObject({ code: 'storage_unavailable' });
    expect(calls()).toBe(1);
  });

  it('[F100] a disk that is full is said at once', async () => {
    const full = { code: 'P2010', meta: { driverAdapterError: { cause: { originalCode: '53100' } } } };
    const { work, calls } = failing(full, Number.POSITIVE_INFINITY);
    const says = {
      code: 'storage_unavailable',
      message: expect.stringContaining('disk'),
      retryAfterMs: 2_000,
    };
    await expect(guarded(work, fakeClock())).rejects.toMatchObject(says);
    expect(calls()).toBe(1);
  });

  it('a bug stays what it is', async () => {
    const bug = new TypeError('x is not a function');
    await expect(guarded(failing(bug, 1).work, fakeClock())).rejects.toBe(bug);
  });

  it('Prisma says so in every way it can fail to connect', async () => {
    const prisma = openPrisma({ connectionString: 'postgresql://nobody@127.0.0.1:1/none' }, { poolSize: 1 });
    const ways = [
      () => prisma.chat.count(),
      () => prisma.$queryRaw`SELECT 1`,
      () => prisma.$transaction(async (db) => db.chat.count()),
    ];
    for (const way of ways) {
      const clock = fakeClock();
      await expect(guarded(way, clock)).rejects.toMatchObject({ code: 'storage_unavailable' });
      expect(clock.waits).toBeGreaterThan(3);
    }
    await prisma.$disconnect();
  });
});
