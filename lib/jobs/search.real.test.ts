import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { type OpenStore, openStore } from '#lib/store/prisma-store.ts';
import { createUser } from '#lib/store/test-database-fixture.ts';
import { memoryLog } from '#lib/telemetry/memory-log.ts';
import { openCatalog } from '#lib/upstream/catalog.ts';
import { scriptedUpstream } from '#lib/upstream/demo/house-fixture.ts';
import { openaiUpstream } from '#lib/upstream/openai-model.ts';
import { searching } from './search-fixture.ts';

const upstream = scriptedUpstream();
const MOST = 64;
const model = 'up/scripted-paced';

/** Everything real: the embedded database with pgvector, the openai client, the scripted upstream over HTTP. */
async function world() {
  const dataFolder = await mkdtemp(join(tmpdir(), 'weir-test-'));
  const opened = await openStore({ databaseUrl: null, dataFolder });
  const { port, server } = upstream();
  const one = { name: 'up', baseUrl: `http://127.0.0.1:${port}/v1`, key: null, timeouts: {} };
  const models = await openCatalog({
    config: {
      upstreams: [{ ...one, models: ['scripted-paced'], embeddingModels: ['scripted-paced'] }],
      model: null,
      findsLocal: false,
    },
    log: memoryLog(),
    ownPort: 0,
    connect: openaiUpstream,
  });
  const house = searching({ store: opened.store, search: opened.search, models });
  const index = house.index();
  onTestFinished(async () => {
    await index.drain();
    house.close();
    await models.close();
    await opened.close();
    await rm(dataFolder, { recursive: true });
  });
  const batches = () =>
    server.control.calls({ kind: 'embedding' }).map(({ prompt }) => prompt.split('\n').length);
  return { ...house, opened, index, batches };
}

/** Messages of one person, a hundred to a chat. */
async function write({ prisma }: OpenStore, userId: string, texts: readonly string[]): Promise<void> {
  const now = new Date();
  const fields = { userId, model, createdAt: now, updatedAt: now, readAt: now };
  for (let from = 0; from < texts.length; from += 100) {
    const id = randomUUID();
    await prisma.chat.create({ data: { ...fields, id, title: `chat ${from / 100}` } });
    const data = texts
      .slice(from, from + 100)
      .map((text) => ({ id: randomUUID(), chatId: id, role: 'user', text, createdAt: now }));
    await prisma.message.createMany({ data });
  }
}

it('[J70] [J71] [J74] [J76] 5,000 messages: full batches, the poison fails alone, a paraphrase is found, by its owner only', async () => {
  const { opened, index, searcher, search, batches } = await world();
  const [anna, boris] = [await createUser(opened), await createUser(opened)];
  const texts = Array.from(
    { length: 5_000 },
    (_, at) => `note ${at} about topic${at % 97} and subject${at % 89}`,
  );
  texts[2_500] = 'Where can my automobile be mended without paying a fortune?';
  // The scripted upstream refuses every call with this text in it.
  texts[1_000] = 'poisonous [[script:status code=400]]';
  await write(opened, anna, texts);
  await write(opened, boris, ['The automobile of somebody else']);
  index.start();
  await expect
    .poll(async () => (await search.progress(anna)).waiting, { timeout: 500_000, interval: 100 })
    .toBe(0);
  await index.drain();

  const sizes = batches();
  // All that were sent for the first time but the last one. The rest are that one, halves of the one that was refused, and a
  // harmless text after each refusal.
  const full = sizes.filter((size) => size >= 0.9 * MOST);
  expect(full.length).toBeGreaterThanOrEqual(Math.floor(5_001 / MOST));
  expect(sizes.length - full.length).toBeLessThanOrEqual(1 + 3 * Math.log2(MOST) + 1);

  const ask = (userId: string, text: string) => searcher.find(userId, text, new AbortController().signal);
  const [found] = await ask(anna, 'fix cheap car');
  expect(found).toMatchObject({ why: ['meaning'], chatTitle: 'chat 25', snippet: [{ text: texts[2_500] }] });
  expect(await ask(anna, 'poisonous')).toMatchObject([{ why: ['words'] }]);
  expect((await ask(boris, 'fix cheap car')).map(({ snippet }) => snippet[0]?.text)).toEqual([
    'The automobile of somebody else',
  ]);
  expect(await search.progress(anna)).toEqual({ total: 5_000, waiting: 0 });
}, 600_000);
