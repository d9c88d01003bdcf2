import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { UpstreamFailure } from '#lib/upstream/model.ts';
import { anna, boris, said, searching } from './search-fixture.ts';
import { fused, nearEnough } from './search-fusion.ts';

const never = new AbortController().signal;

async function world(options: Parameters<typeof searching>[0] = {}) {
  const house = searching(options);
  const index = house.index();
  onTestFinished(async () => {
    await index.drain();
    house.close();
  });
  /** Once, behind what was said: an index that finds nothing looks again only after a while. */
  const indexed = () => {
    index.start();
    return expect.poll(async () => (await house.search.progress(anna)).waiting).toBe(0);
  };
  const ask = (text: string, user = anna, limit = 20) =>
    house.searcher.answer({ userId: user, text, signal: never }, limit);
  return { ...house, startIndex: () => index.start(), indexed, ask };
}

const garage = 'The automobile needs an inexpensive repair';

describe('[J74] a search', () => {
  it('finds a paraphrase that shares no word with the question', async () => {
    const { store, indexed, ask } = await world();
    const { messageId, chatId } = await said(store, anna, garage);
    for (const text of ['The weather is rainy', 'My cat sleeps all day', 'Bread takes flour and water'])
      await said(store, anna, text);
    await indexed();
    const { hits, meaning } = await ask('fix cheap car');
    expect(meaning).toBe('on');
    expect(hits).toMatchObject([{ messageId, chatId, role: 'user', why: ['meaning'], chatTitle: garage }]);
    expect(hits[0]?.snippet).toEqual([{ text: garage, hit: false }]);
  });

  it('finds the beginning of a paragraph in the middle of a long text by its meaning', async () => {
    const { store, indexed, ask } = await world();
    const long = `${'Nothing of note happened then. '.repeat(45)}\n\n${`${garage}. `.repeat(12)}\n\n${'Later it was quiet. '.repeat(300)}`;
    const { messageId } = await said(store, anna, long);
    await indexed();
    const { hits } = await ask('fix cheap car');
    expect(hits).toMatchObject([{ messageId, why: ['meaning'] }]);
    expect(hits[0]?.snippet[0]?.text).toContain('automobile');
  });

  it('what both find comes first, once, and says both', async () => {
    const { store, indexed, ask } = await world();
    const both = await said(store, anna, 'My car is red');
    const word = await said(
      store,
      anna,
      `A car is mentioned among ${'many other unrelated matters '.repeat(40)}`,
    );
    const meaning = await said(store, anna, 'This automobile');
    await indexed();
    const { hits } = await ask('car');
    expect(hits[0]).toMatchObject({ messageId: both.messageId, why: ['words', 'meaning'] });
    expect(new Set(hits.map(({ messageId }) => messageId))).toEqual(
      new Set([both.messageId, word.messageId, meaning.messageId]),
    );
  });

  it('what is near to nothing finds nothing, and so does nothing', async () => {
    const { store, indexed, ask } = await world();
    await said(store, anna, garage);
    await indexed();
    for (const text of ['zxqv', '   ', '']) expect((await ask(text)).hits).toEqual([]);
  });

  it('no more hits than asked for; a tool gets twenty at most, of whatever length it asks', async () => {
    const { store, indexed, ask, searcher } = await world();
    for (let at = 0; at < 30; at += 1) await said(store, anna, `car number ${at}`);
    await indexed();
    expect((await ask('car', anna, 3)).hits).toHaveLength(3);
    expect(await searcher.find(anna, `car ${' '.repeat(10_000)}`, never)).toHaveLength(20);
  });
});

describe('[J76] a search', () => {
  it('finds only what is in one’s own chats, and not in removed ones', async () => {
    const { store, indexed, ask } = await world();
    const mine = await said(store, anna, garage);
    await said(store, boris, garage);
    await indexed();
    for (const text of ['automobile', 'fix cheap car']) {
      expect((await ask(text)).hits.map(({ messageId }) => messageId)).toEqual([mine.messageId]);
      expect((await ask(text, 'a stranger')).hits).toEqual([]);
    }
    await store.remove(anna, mine.chatId);
    expect((await ask('fix cheap car')).hits).toEqual([]);
  });

  it('tells how far one’s own index is', async () => {
    const { store, indexed, ask } = await world();
    await said(store, anna, 'one', 'two');
    await said(store, boris, 'three');
    await indexed();
    expect((await ask('')).index).toEqual({ total: 2, done: 2 });
  });
});

describe('[J75] the vector of a question', () => {
  it('is made as an interactive call of the person', async () => {
    const { gate, store, indexed, ask } = await world({ limit: 1 });
    await said(store, anna, garage);
    await indexed();
    const acquire = vi.spyOn(gate, 'acquire');
    await ask('fix cheap car');
    expect(acquire.mock.calls[0]?.[0]).toMatchObject({ user: anna, class: 'interactive' });
  });

  it('that does not come in two seconds is done without, and said', async () => {
    const { models, store, ask, gate, indexed } = await world();
    const { messageId } = await said(store, anna, garage);
    await indexed();
    const passed = new AbortController();
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(passed.signal);
    models.onEmbedding = () => {
      setImmediate(() => passed.abort(new DOMException('The operation timed out.', 'TimeoutError')));
      return new Promise(() => undefined);
    };
    const { hits, meaning } = await ask('automobile');
    expect(timeout.mock.calls).toEqual([[2_000]]);
    expect([hits.map((hit) => hit.messageId), meaning]).toEqual([[messageId], 'late']);
    await expect.poll(() => gate.snapshot().held).toBe(0);
  });

  it('that fails is done without, and said', async () => {
    const { models, store, ask, indexed } = await world();
    await said(store, anna, garage);
    await indexed();
    models.onEmbedding = () => new UpstreamFailure('upstream_rejected');
    expect(await ask('automobile')).toMatchObject({ meaning: 'failed', hits: [{ why: ['words'] }] });
  });

  it.each([
    ['off', { embeddingModel: 'none/such' }],
    ['unsupported', { hasVectors: false }],
  ] as const)('%s: words alone, said plainly', async (state, options) => {
    const { store, ask, models, startIndex } = await world(options);
    await said(store, anna, garage);
    startIndex();
    expect(await ask('automobile')).toMatchObject({
      meaning: state,
      hits: [{ why: ['words'] }],
      index: { total: 1, done: 0 },
    });
    expect((await ask('fix cheap car')).hits).toEqual([]);
    expect(models.embedded).toEqual([]);
  });

  it('ends with who asked', async () => {
    const { models, store, searcher, gate, indexed } = await world();
    await said(store, anna, garage);
    await indexed();
    const asked = Promise.withResolvers<void>();
    models.onEmbedding = () => {
      asked.resolve();
      return new Promise(() => undefined);
    };
    const leaving = new AbortController();
    const found = searcher.find(anna, 'automobile', leaving.signal);
    await asked.promise;
    leaving.abort(new Error('gone'));
    await expect(found).rejects.toThrow('gone');
    await expect.poll(() => gate.snapshot().held).toBe(0);
  });
});

describe('[J74] the merging', () => {
  const near = (messageId: string, likeness: number) => ({ messageId, likeness, at: 7 });

  it('goes by rank in both lists', () => {
    const merged = fused(['a', 'b', 'c'], [near('c', 0.9), near('d', 0.8)]);
    expect(merged.map(({ messageId, why, at }) => [messageId, why.join(), at])).toEqual([
      ['c', 'words,meaning', 7],
      ['a', 'words', 0],
      ['b', 'words', 0],
      ['d', 'meaning', 7],
    ]);
  });

  it('leaves out what is only the nearest of what is far', () => {
    expect(nearEnough([near('a', 0.19)])).toEqual([]);
    expect(
      nearEnough([near('a', 0.9), near('b', 0.7), near('c', 0.6)]).map(({ messageId }) => messageId),
    ).toEqual(['a', 'b']);
    expect(nearEnough([])).toEqual([]);
  });
});
