import { afterEach, describe, expect, it } from 'vitest';
import { memoryLog } from '#lib/telemetry/memory-log.ts';
import { type Catalog, type CatalogOptions, openCatalog } from './catalog.ts';
import { scriptedUpstream } from './demo/house-fixture.ts';
import { openaiUpstream } from './openai-model.ts';

const upstream = scriptedUpstream();
const closing: Catalog[] = [];
afterEach(async () => {
  for (const catalog of closing.splice(0)) await catalog.close();
});

async function open(config: Partial<CatalogOptions['config']>): Promise<Catalog> {
  const all = { upstreams: [], model: null, findsLocal: false, ...config };
  const catalog = await openCatalog({
    config: all,
    log: memoryLog(),
    ownPort: 3000,
    connect: openaiUpstream,
  });
  closing.push(catalog);
  return catalog;
}

const settings = (name: string, models: string[]) => ({
  name,
  baseUrl: `http://127.0.0.1:${upstream().port}/v1`,
  key: null,
  models,
  timeouts: {},
});
const ids = (catalog: Catalog) => catalog.list().map(({ id }) => id);
const fail = (): never => {
  throw new Error('there is one');
};

describe('models that make vectors', () => {
  const vectors = (catalog: Catalog) => catalog.embeddingModels().map(({ id }) => id);

  it('[U52] are those that are configured, apart from the models that chat', async () => {
    const upstreams = [{ ...settings('a', ['chat']), embeddingModels: ['v1', 'v2'] }, settings('b', ['x'])];
    const catalog = await open({ upstreams });
    expect([ids(catalog), vectors(catalog)]).toEqual([
      ['a/chat', 'b/x'],
      ['a/v1', 'a/v2'],
    ]);
    expect(catalog.findEmbedding('a/v1')?.id).toBe('a/v1');
    expect([catalog.find('a/v1'), catalog.findEmbedding('a/chat'), catalog.findEmbedding('b/v1')]).toEqual([
      null,
      null,
      null,
    ]);
  });

  it.each([
    ['v2', ['a/v2', 'a/v1']],
    ['new', ['a/new', 'a/v1', 'a/v2']],
    ['b/org/v', ['b/org/v', 'a/v1', 'a/v2']],
    [null, ['a/v1', 'a/v2']],
  ])('[U52] WEIR_EMBEDDING_MODEL=%s comes first', async (embeddingModel, expected) => {
    const upstreams = [{ ...settings('a', ['x']), embeddingModels: ['v1', 'v2'] }, settings('b', [])];
    expect(vectors(await open({ upstreams, embeddingModel }))).toEqual(expected);
  });

  it("[U52] are the demo's when there is nothing else", async () => {
    const catalog = await open({});
    expect(vectors(catalog)).toEqual(['demo/weir-demo-embedding']);
    const model = catalog.findEmbedding('demo/weir-demo-embedding') ?? fail();
    expect((await model.embed({ inputs: ['hi'] }, new AbortController().signal)).vectors).toHaveLength(1);
  });
});
