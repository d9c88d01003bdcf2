import { expect, it } from 'vitest';
import type { BatchItem } from '#lib/wire/batch.ts';
import { applyItemEvent, outputOf } from './batch-item-view.ts';

function item(change: Partial<BatchItem> = {}): BatchItem {
  return {
    index: 3,
    customId: null,
    state: 'running',
    stage: 0,
    attempts: 1,
    input: 'in',
    output: null,
    code: null,
    message: null,
    tokensIn: 0,
    tokensOut: 0,
    startedAt: 1,
    endedAt: null,
    variables: { item: 'in' },
    stages: [
      { name: 'one', prompt: 'in', output: null },
      { name: 'two', prompt: null, output: null },
    ],
    ...change,
  };
}

const text = (at: number, words: string, stage = 0) => ({ type: 'text' as const, stage, at, text: words });

it('[C42] outputs grow by their offsets; a new attempt begins again at 0, and what misses its beginning waits', () => {
  let view = applyItemEvent(null, text(0, 'lost'));
  expect(view).toBeNull();
  view = applyItemEvent(view, { type: 'item', item: item() });
  for (const piece of [text(0, 'ab'), text(2, 'cd'), text(9, 'far')]) view = applyItemEvent(view, piece);
  expect(view && outputOf(view, 0)).toBe('abcd');
  view = applyItemEvent(view, text(0, 'new'));
  expect(view && outputOf(view, 0)).toBe('new');
  expect(view && outputOf(view, 1)).toBeNull();
});

it('[C42] a stage that has ended shows what was stored, and one that is being made keeps what has come', () => {
  let view = applyItemEvent(null, { type: 'item', item: item() });
  view = applyItemEvent(view, text(0, 'half'));
  view = applyItemEvent(view, text(0, 'second', 1));
  const stages = [
    { name: 'one', prompt: 'in', output: 'whole' },
    { name: 'two', prompt: 'whole', output: null },
  ];
  view = applyItemEvent(view, { type: 'item', item: item({ stages, stage: 1 }) });
  expect(view && [outputOf(view, 0), outputOf(view, 1)]).toEqual(['whole', 'second']);
  view = applyItemEvent(view, { type: 'item', item: item({ stages, stage: 1, state: 'failed' }) });
  expect(view && [outputOf(view, 0), outputOf(view, 1)]).toEqual(['whole', null]);
});
