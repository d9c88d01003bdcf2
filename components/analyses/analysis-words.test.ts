import { expect, it } from 'vitest';
import { cardWords, exactWords, progressWords, timesWords, titleOf } from './analysis-words.ts';

it('[C64] the measured line says the whole and the slowest, as the server measured them', () => {
  expect(timesWords({ count: 3, wholeMs: 4_120, slowestMs: 4_010 })).toBe(
    'Three in 4.1 s, the slowest took 4.0 s',
  );
  expect(exactWords({ count: 3, wholeMs: 4_120.4, slowestMs: 4_010 })).toBe(
    '4120 ms in all, 4010 ms the slowest',
  );
  expect(timesWords({ count: 1, wholeMs: 900, slowestMs: 800 })).toBe('One in 0.9 s, its call took 0.8 s');
});

it('[C64] a card says its state in words, with the time of its call once it is done', () => {
  expect(cardWords({ name: 'queued' }).label).toBe('Waiting for its turn');
  expect(cardWords({ name: 'retrying', code: 'upstream_overloaded' }).label).toBe(
    'Trying again. The model server is overloaded.',
  );
  expect(cardWords({ name: 'done', finish: 'stop', ms: 4_000 }).label).toBe('Done in 4.0 s');
  expect(cardWords({ name: 'done', finish: 'length', ms: 4_000 })).toMatchObject({ tone: 'warn' });
  expect(titleOf({ kind: 'question', question: 'Why?' })).toBe('Why?');
});

it('[C64] until then it says how many are done, and how many failed', () => {
  const states = [{ name: 'done', finish: 'stop', ms: 1 }, { name: 'queued' }, { name: 'stopped' }] as const;
  const cards = states.map((state, at) => ({
    key: `${at}`,
    ask: { kind: 'facts' as const },
    state,
    text: '',
  }));
  expect(progressWords(cards)).toBe('1 of 3 done');
  const failed = { key: 'x', ask: { kind: 'facts' as const }, text: '' };
  expect(progressWords([...cards, { ...failed, state: { name: 'failed', message: 'Gone.' } }])).toBe(
    '1 of 4 done, 1 failed',
  );
});
