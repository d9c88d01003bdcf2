import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SearchAnswer } from '#lib/wire/search.ts';
import { SearchBoard } from './search-board.ts';
import { SearchRefused } from './search-port.ts';

const answer = (given: Partial<SearchAnswer> = {}): SearchAnswer => ({
  hits: [],
  meaning: 'on',
  index: { total: 2, done: 2 },
  ...given,
});

/** A board whose questions the test answers. */
function asking() {
  const asked: {
    text: string;
    signal: AbortSignal;
    answer: (given?: Partial<SearchAnswer>) => void;
    fail: (error: unknown) => void;
  }[] = [];
  const find = (text: string, signal: AbortSignal) =>
    new Promise<SearchAnswer>((resolve, reject) => {
      asked.push({ text, signal, answer: (given) => resolve(answer(given)), fail: reject });
    });
  const board = new SearchBoard({ find });
  return { board, asked, view: () => board.store.getState(), texts: () => asked.map(({ text }) => text) };
}

describe('[C65] results as one types', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('are asked for after a pause, or at once when asked to', async () => {
    const { board, texts } = asking();
    for (const text of ['w', 'we', 'wei', 'weir']) board.ask(text);
    await vi.advanceTimersByTimeAsync(179);
    expect(texts()).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(texts()).toEqual(['weir']);
    board.ask('weirs', true);
    await vi.advanceTimersByTimeAsync(0);
    expect(texts()).toEqual(['weir', 'weirs']);
  });

  it('what is overtaken is cancelled, and its late answer is not shown', async () => {
    const { board, asked, view } = asking();
    board.ask('one', true);
    await vi.advanceTimersByTimeAsync(0);
    board.ask('two', true);
    await vi.advanceTimersByTimeAsync(0);
    expect(asked[0]?.signal.aborted).toBe(true);
    asked[1]?.answer({ index: { total: 9, done: 9 } });
    await vi.advanceTimersByTimeAsync(0);
    asked[0]?.answer();
    asked[0]?.fail(new Error('aborted'));
    await vi.advanceTimersByTimeAsync(0);
    expect(view()).toMatchObject({ answered: 'two', isBusy: false, answer: { index: { total: 9 } } });
  });

  it('the results before stay until the next ones, and through a failure, which is said', async () => {
    const { board, asked, view } = asking();
    board.ask('one', true);
    await vi.advanceTimersByTimeAsync(0);
    asked[0]?.answer();
    await vi.advanceTimersByTimeAsync(0);
    board.ask('two', true);
    expect(view()).toMatchObject({ text: 'two', answered: 'one', isBusy: true });
    await vi.advanceTimersByTimeAsync(0);
    asked[1]?.fail(new SearchRefused('unreachable', 'Weir cannot be reached.'));
    await vi.advanceTimersByTimeAsync(0);
    expect(view()).toMatchObject({ answered: 'one', isBusy: false, problem: 'Weir cannot be reached.' });
    board.again();
    await vi.advanceTimersByTimeAsync(0);
    asked[2]?.answer();
    await vi.advanceTimersByTimeAsync(0);
    expect(view()).toMatchObject({ answered: 'two', problem: null });
  });

  it('while the index grows they are looked at again, and no longer when it is whole or nobody looks', async () => {
    const { board, asked, texts } = asking();
    board.ask('one', true);
    await vi.advanceTimersByTimeAsync(0);
    asked[0]?.answer({ index: { total: 2, done: 1 } });
    await vi.advanceTimersByTimeAsync(3_000);
    expect(texts()).toEqual(['one', 'one']);
    asked[1]?.answer();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(texts()).toHaveLength(2);
    board.ask('two', true);
    await vi.advanceTimersByTimeAsync(0);
    asked[2]?.answer({ index: { total: 2, done: 1 } });
    board.close();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(texts()).toHaveLength(3);
  });

  it('[J90] an index that stands still is looked at less and less, and as before once it moves or something is asked', async () => {
    const { board, asked } = asking();
    board.ask('one', true);
    await vi.advanceTimersByTimeAsync(0);
    /** Seconds until the next look, after one that found so many done. */
    const pauseAfter = async (done: number) => {
      const before = asked.length;
      asked.at(-1)?.answer({ index: { total: 9, done } });
      await vi.advanceTimersByTimeAsync(0);
      for (let seconds = 0; ; seconds += 1) {
        if (asked.length > before) return seconds;
        if (seconds > 600) throw new Error('never');
        await vi.advanceTimersByTimeAsync(1_000);
      }
    };
    const pauses: number[] = [];
    for (const done of [0, 0, 0, 0, 0, 0, 0, 1]) pauses.push(await pauseAfter(done));
    expect(pauses).toEqual([3, 6, 12, 24, 48, 60, 60, 3]);
  });

  it('an index that cannot grow is not waited for', async () => {
    const { board, asked, texts } = asking();
    board.ask('one', true);
    await vi.advanceTimersByTimeAsync(0);
    asked[0]?.answer({ meaning: 'off', index: { total: 2, done: 0 } });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(texts()).toHaveLength(1);
  });
});
