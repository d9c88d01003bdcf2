import { mkdtemp, rm } from 'node:fs/promises';
import { createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { databaseClocks, withUtc } from '#lib/store/prisma.ts';
import { openStore } from '#lib/store/prisma-store.ts';
import { createTestDatabase, findTestServer } from '#lib/store/test-database-fixture.ts';
import { memoryLog } from '#lib/telemetry/memory-log.ts';
import { bossJobQueue } from './boss-job-queue.ts';
import { describeJobQueue, type QueueOnTrial } from './job-queue-contract.ts';

async function boss(
  databaseUrl: string | null,
  dataFolder: string,
  drop: () => Promise<void>,
): Promise<QueueOnTrial> {
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

describeJobQueue('pg-boss on the embedded database', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'weir-test-'));
  return boss(null, folder, () => rm(folder, { recursive: true }));
});

const server = await findTestServer();
describe.skipIf(server === null)('with a server', () => {
  describeJobQueue('pg-boss on a server', async () => {
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
      // The tables are made under the same clocks: short ones would end that on a busy machine.
      clocks: { connect: 5_000, statement: 20_000, answer: 2_000 },
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
