import { setImmediate as tick } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MicroBatcher } from './micro-batcher.ts';

/** A batcher of texts whose tokens are their length; each batch is answered when the test says so. */
function batching(given: { items?: number; tokens?: number; calls?: number } = {}) {
  const sent: string[][] = [];
  const open: { texts: readonly string[]; answer: () => void; fail: (error: unknown) => void }[] = [];
  const state = { idle: false, more: false };
  const batcher = new MicroBatcher<string, string>({
    most: { items: given.items ?? 4, tokens: given.tokens ?? 100 },
    tokensOf: (text) => text.length,
    lingerMs: 20,
    calls: given.calls ?? 2,
    isIdle: () => state.idle,
    moreComes: () => state.more,
    send: (texts) => {
      sent.push([...texts]);
      return new Promise((resolve, reject) => {
        open.push({ texts, answer: () => resolve(texts.map((text) => `${text}!`)), fail: reject });
      });
    },
  });
  const add = (...texts: string[]) => Promise.allSettled(texts.map((text) => batcher.add(text)));
  return { batcher, sent, open, state, add };
}

describe('[J70] the micro-batcher', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
  afterEach(() => void vi.useRealTimers());

  it('sends at once what is full by items, and gives each its own result', async () => {
    const { sent, open, add } = batching();
    const made = add('a', 'b', 'c', 'd');
    await tick();
    expect(sent).toEqual([['a', 'b', 'c', 'd']]);
    open[0]?.answer();
    expect((await made).map((one) => one.status === 'fulfilled' && one.value)).toEqual([
      'a!',
      'b!',
      'c!',
      'd!',
    ]);
  });

  it('is full by tokens too; what is larger than a batch goes alone', async () => {
    const { sent, add } = batching({ tokens: 10, calls: 9 });
    void add('aaaa', 'bbbb', 'cccc', 'dddddddddddd', 'e');
    await tick();
    expect(sent).toEqual([['aaaa', 'bbbb'], ['cccc'], ['dddddddddddd']]);
  });

  it('what is not full waits a moment for company, and no longer', async () => {
    const { sent, add } = batching();
    void add('a');
    await tick();
    vi.advanceTimersByTime(19);
    expect(sent).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(sent).toEqual([['a']]);
  });

  it('[J91] whoever comes later does not make the first one wait longer', async () => {
    const { sent, add } = batching();
    for (const text of ['a', 'b', 'c']) {
      void add(text);
      await tick();
      vi.advanceTimersByTime(6);
    }
    expect(sent).toEqual([]);
    vi.advanceTimersByTime(2);
    expect(sent).toEqual([['a', 'b', 'c']]);
    void add('d');
    await tick();
    vi.advanceTimersByTime(19);
    expect(sent).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(sent.at(-1)).toEqual(['d']);
  });

  it('an idle permit is not kept waiting; what is added in one tick goes together', async () => {
    const { sent, add, state } = batching();
    state.idle = true;
    void add('a', 'b');
    await tick();
    expect(sent).toEqual([['a', 'b']]);
  });

  it('while more is sure to come only full batches go, idle permit or not', async () => {
    const { sent, add, state, batcher } = batching();
    Object.assign(state, { idle: true, more: true });
    void add('a', 'b', 'c');
    await tick();
    vi.advanceTimersByTime(1_000);
    expect([sent, batcher.waiting]).toEqual([[], 3]);
    void add('d', 'e');
    await tick();
    expect([sent, batcher.waiting]).toEqual([[['a', 'b', 'c', 'd']], 1]);
    state.more = false;
    batcher.look();
    await tick();
    expect(sent).toHaveLength(2);
  });

  it('has no more batches under way than it may; the next goes when one is over, also badly', async () => {
    const { sent, open, add } = batching({ items: 1 });
    const made = add('a', 'b', 'c', 'd');
    await tick();
    expect(sent).toHaveLength(2);
    open[1]?.fail(new Error('no'));
    await tick();
    expect(sent).toEqual([['a'], ['b'], ['c']]);
    open[0]?.answer();
    await tick();
    for (const { answer } of open) answer();
    expect((await made).map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
    ]);
  });

  it('closed, it fails what is in no batch, and nothing goes any more', async () => {
    const { batcher, sent, add } = batching();
    const made = add('a');
    batcher.close(new Error('over'));
    expect(await made).toMatchObject([{ status: 'rejected', reason: { message: 'over' } }]);
    vi.advanceTimersByTime(1_000);
    await tick();
    expect(sent).toEqual([]);
  });
});
