import { setTimeout as timeout } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { embed } from '#lib/upstream/demo/embed.ts';
import { UpstreamFailure } from '#lib/upstream/model.ts';
import { anna, boris, said, searching, VECTORS } from './search-fixture.ts';
import type { SearchIndex } from './search-index.ts';

function world(options: Parameters<typeof searching>[0] = {}) {
  const house = searching(options);
  const started: SearchIndex[] = [];
  const start = () => {
    const index = house.index();
    index.start();
    started.push(index);
    return index;
  };
  onTestFinished(async () => {
    await Promise.all(started.map((index) => index.drain()));
    house.close();
  });
  const waitingOf = async (user: string) => (await house.search.progress(user)).waiting;
  const indexed = (user = anna) => expect.poll(() => waitingOf(user)).toBe(0);
  return { ...house, start, indexed, waitingOf };
}

describe('the index of all messages', () => {
  it('[J70] 5,000 messages: while there is backlog every call is full', async () => {
    const { start, indexed, calls, store, gate } = world();
    for (let at = 0; at < 5_000; at += 1) await said(store, at % 2 ? anna : boris, `message number ${at}`);
    let most = 0;
    gate.on(() => {
      most = Math.max(most, gate.snapshot().held);
    });
    start();
    await indexed(anna);
    await indexed(boris);
    const sizes = calls().map((texts) => texts.length);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(5_000);
    // All but the last.
    expect(sizes.slice(0, -1).every((size) => size >= 0.9 * 64)).toBe(true);
    expect(sizes.length).toBe(Math.ceil(5_000 / 64));
    expect(most).toBeLessThanOrEqual(2);
  });

  it('[J70] its calls are background, nobody’s, and one message alone does not wait for company', async () => {
    const { start, indexed, calls, store, gate } = world();
    const asked: unknown[] = [];
    gate.on((event) => {
      if (event.type === 'granted') asked.push(event);
    });
    start();
    await said(store, anna, 'alone');
    await indexed();
    expect(calls()).toEqual([['alone']]);
    expect(JSON.stringify(asked)).not.toContain(anna);
  });

  it('[J71] one poison text fails alone, is marked, and is not asked for again', async () => {
    const { start, indexed, calls, store, models, search, searcher } = world();
    const refuse = (texts: readonly string[]) =>
      texts.some((text) => text.includes('poison')) ? new UpstreamFailure('upstream_rejected') : undefined;
    models.onEmbedding = ({ request }) => refuse(request.inputs);
    for (let at = 0; at < 100; at += 1) await said(store, anna, at === 42 ? 'poison apple' : `car ${at}`);
    const index = start();
    await indexed();
    await index.drain();
    const before = calls().length;
    start();
    await timeout(50);
    expect(calls()).toHaveLength(before);
    expect(await search.progress(anna)).toEqual({ total: 100, waiting: 0 });
    const { hits } = await searcher.answer(
      { userId: anna, text: 'automobile', signal: new AbortController().signal },
      50,
    );
    expect(hits).toHaveLength(50);
    const [poison] = await searcher.find(anna, 'apple', new AbortController().signal);
    expect(poison?.why).toEqual(['words']);
  });

  it('[J71] a model server that takes small batches only gets small ones from then on', async () => {
    const { start, indexed, calls, store, models } = world();
    models.onEmbedding = ({ request }) =>
      request.inputs.length > 20 ? new UpstreamFailure('context_too_long') : undefined;
    for (let at = 0; at < 300; at += 1) await said(store, anna, `text ${at}`);
    const index = start();
    await indexed();
    await index.drain();
    const refused = calls().filter((texts) => texts.length > 20);
    expect(refused.length).toBeLessThan(8);
  });

  it('[J72] what lacks a vector is found again from the rows, by whichever process', async () => {
    const { start, indexed, store, models, calls, waitingOf } = world();
    const held = Promise.withResolvers<void>();
    models.onEmbedding = () => held.promise;
    for (let at = 0; at < 10; at += 1) await said(store, anna, `text ${at}`);
    const dead = start();
    await expect.poll(calls).toHaveLength(1);
    await dead.drain();
    expect(await waitingOf(anna)).toBe(10);
    models.onEmbedding = () => undefined;
    start();
    start();
    await indexed();
  });

  it('[J72] a drain ends the open call and gives its permit back', async () => {
    const { start, store, models, gate, calls } = world();
    models.onEmbedding = () => new Promise(() => undefined);
    await said(store, anna, 'text');
    const index = start();
    await expect.poll(calls).toHaveLength(1);
    await index.drain();
    expect(gate.snapshot()).toMatchObject({ held: 0, waiting: 0 });
  });

  it('[J73] while the model server is away all waits, with back-off, and goes on when it is back', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const { start, store, models, calls, waitingOf, log } = world();
    models.onEmbedding = () => new UpstreamFailure('upstream_auth');
    await said(store, anna, 'text');
    start();
    const tries = async (count: number) => {
      for (let round = 0; round < 200 && calls().length < count; round += 1)
        await vi.advanceTimersByTimeAsync(100);
      expect(calls()).toHaveLength(count);
    };
    await tries(3);
    const waits = log.lines.map(({ fields }) => (fields as { ms?: number }).ms).filter(Boolean);
    expect(waits.slice(0, 2)).toEqual([1_000, 2_000]);
    models.onEmbedding = () => undefined;
    await tries(4);
    await vi.advanceTimersByTimeAsync(100);
    expect(await waitingOf(anna)).toBe(0);
  });

  it('[J79] another model makes all of it anew', async () => {
    const { start, indexed, store, models, calls, search } = world();
    await said(store, anna, 'car');
    const index = start();
    await indexed();
    await index.drain();
    models.offerEmbeddings('test/other');
    start();
    await expect.poll(calls).toHaveLength(2);
    await indexed();
    const asked = { vector: embed('car', 64) };
    expect(await search.byMeaning(anna, { ...asked, model: VECTORS }, 1)).toEqual([]);
    expect(await search.byMeaning(anna, { ...asked, model: 'test/other' }, 1)).toHaveLength(1);
  });

  it('[J79] but the demo, which stands in while there is nothing else, takes the place of none', async () => {
    const { start, indexed, store, models, calls, search } = world();
    await said(store, anna, 'car');
    const index = start();
    await indexed();
    await index.drain();
    models.offerEmbeddings('demo/vectors');
    models.embeddingModels = () => [{ id: 'demo/vectors', label: 'vectors', upstream: 'demo', demo: true }];
    await said(store, anna, 'new');
    start();
    await indexed();
    expect(calls()).toEqual([['car'], ['new']]);
    expect(await search.byMeaning(anna, { model: VECTORS, vector: embed('car', 64) }, 1)).toHaveLength(1);
  });

  it('[J79] the configured model is waited for, whatever else there is', async () => {
    const { start, indexed, store, models, calls, waitingOf } = world({ embeddingModel: 'lab/best' });
    await said(store, anna, 'car');
    start();
    await timeout(50);
    expect([calls(), await waitingOf(anna)]).toEqual([[], 1]);
    models.offerEmbeddings(VECTORS, 'lab/best');
    await indexed();
    expect(models.embedded[0]?.model).toBe('lab/best');
  });
});
