import { mkdtemp, rm } from 'node:fs/promises';
import { createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databaseClocks, withUtc } from '#lib/store/prisma.ts';
import { openStore } from '#lib/store/prisma-store.ts';
import { createTestDatabase, findTestServer } from '#lib/store/test-database-fixture.ts';
import { memoryLog } from '#lib/telemetry/memory-log.ts';
import { bossJobQueue } from './boss-job-queue.ts';
import type { JobQueue } from './job-queue.ts';
import { memoryJobQueue } from './memory-job-queue.ts';

interface Subject {
  queue: JobQueue;
  /** Another process on the same queues; null where there is none. */
  other: (() => Promise<JobQueue>) | null;
  close(): Promise<void>;
}

function describeQueue(name: string, open: () => Promise<Subject>): void {
  describe(name, () => {
    let subject: Subject;
    const calls: string[] = [];
    const free = Promise.withResolvers<void>();
    beforeAll(async () => {
      subject = await open();
    }, 60_000);
    afterAll(() => subject.close());
    const heard = async (count: number) => {
      while (calls.length < count) await new Promise((resolve) => setTimeout(resolve, 10));
    };

    it('[J42] calls the handler of a kind, one call a batch however often it was sent', async () => {
      const { queue } = subject;
      for (const id of ['a', 'a', 'b']) await queue.send('cpu', id);
      await queue.work('llm', async (id) => void calls.push(`llm ${id}`));
      await queue.work('cpu', async (id) => {
        calls.push(`cpu ${id}`);
        await free.promise;
      });
      await queue.send('llm', 'c');
      await heard(2);
      // A handler of one kind that is busy holds up the others of its kind only.
      expect(calls.toSorted()).toEqual(['cpu a', 'llm c']);
      free.resolve();
      await heard(3);
      expect(calls).toContain('cpu b');
      await queue.send('cpu', 'a');
      await heard(4);
      expect(calls.filter((call) => call === 'cpu a')).toHaveLength(2);
    });

    it('[J42] is one queue for all processes', async () => {
      if (subject.other === null) return;
      const other = await subject.other();
      await other.send('llm', 'from afar');
      while (!calls.includes('llm from afar')) await new Promise((resolve) => setTimeout(resolve, 10));
      await other.close();
    });
  });
}

describeQueue('memory', async () => {
  const queue = memoryJobQueue();
  return { queue, other: null, close: () => queue.close() };
});

async function boss(
  databaseUrl: string | null,
  dataFolder: string,
  drop: () => Promise<void>,
): Promise<Subject> {
  const opened = await openStore({ databaseUrl, dataFolder });
  const log = memoryLog();
  const connect = () =>
    bossJobQueue({
      address: withUtc(opened.address).config,
      isEmbedded: opened.alone,
      clocks: databaseClocks,
      log,
    });
  const queue = await connect();
  const close = async () => {
    await queue.close();
    await opened.close();
    await drop();
  };
  return { queue, other: connect, close };
}

describeQueue('pg-boss on the embedded database', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'weir-test-'));
  return boss(null, folder, () => rm(folder, { recursive: true }));
});

const server = await findTestServer();
describe.skipIf(server === null)('with a server', () => {
  describeQueue('pg-boss on a server', async () => {
    const database = await createTestDatabase(server ?? '');
    return boss(database.url, '', database.drop);
  });

  it('[J52] a call on a connection that fell silent ends', async () => {
    const database = await createTestDatabase(server ?? '');
    const { hostname, port, pathname, username } = new URL(database.url);
    let isSilent = false;
    const relay = createServer((near) => {
      const far = createConnection({ host: hostname, port: Number(port) });
      near.on('data', (data) => isSilent || far.write(data)).on('error', () => far.destroy());
      far.on('data', (data) => isSilent || near.write(data)).on('error', () => near.destroy());
      near.on('close', () => far.destroy());
    });
    await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve));
    const at = relay.address();
    const place = { host: '127.0.0.1', port: at !== null && typeof at === 'object' ? at.port : 0 };
    const queue = await bossJobQueue({
      address: { ...place, user: username, database: pathname.slice(1) },
      isEmbedded: false,
      clocks: { connect: 1_000, statement: 5_000, answer: 500 },
      log: memoryLog(),
    });
    isSilent = true;
    await expect(queue.send('llm', 'a')).rejects.toThrow(/timeout/i);
    isSilent = false;
    await queue.close();
    relay.close();
    await database.drop();
  });
});
