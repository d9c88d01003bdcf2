import { expect, it } from 'vitest';
import type { ToolCall } from '#lib/wire/tool.ts';
import { partsOf } from './parts.ts';

const call = (id: string, at: number): ToolCall => ({
  id,
  round: 0,
  at,
  name: 'x',
  title: 'X',
  arguments: '{}',
  state: 'done',
  result: '',
  changesThings: false,
  startedAt: 1,
  endedAt: 2,
});

const shape = (text: string, ...calls: ToolCall[]) =>
  partsOf(text, calls).map((part) => ('text' in part ? part.text : part.calls.map(({ id }) => id)));

it('[C70] calls stand at their places in the text, those of one place together', () => {
  expect(shape('before\n\nafter', call('a', 6), call('b', 6))).toEqual(['before', ['a', 'b'], '\n\nafter']);
  expect(shape('', call('a', 0))).toEqual([['a']]);
  expect(shape('one\n\ntwo', call('a', 3), call('b', 8))).toEqual(['one', ['a'], '\n\ntwo', ['b']]);
});

it('[C70] a call that is ahead of the text stands at its end until the text has come', () => {
  expect(shape('bef', call('a', 6))).toEqual(['bef', ['a']]);
});

it('[C70] calls of two rounds with nothing said between them are one list', () => {
  expect(shape('x\n\n', call('a', 1), call('b', 3))).toEqual(['x', ['a', 'b']]);
});
