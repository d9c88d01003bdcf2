import { expect, it } from 'vitest';
import type { GenerationState } from '#lib/wire/chat.ts';
import { elsewhereWords } from './elsewhere-words.ts';

const [asking, streaming]: GenerationState[] = [{ name: 'asking' }, { name: 'streaming' }];
const said = (...states: (GenerationState | undefined)[]) =>
  elsewhereWords(states.flatMap((state) => (state === undefined ? [] : [{ state }])));

it('[C96] answers on other branches that wait for their person are not said to go on', () => {
  expect(said(streaming)).toBe('An answer on another branch is still being made.');
  expect(said(asking)).toBe('An answer on another branch waits for you: a tool asks to be allowed.');
  expect(said(asking, asking)).toBe('2 answers on other branches wait for you: a tool asks to be allowed.');
  expect(said(asking, streaming, streaming)).toBe(
    '3 answers on other branches are still being made; 1 of them waits for you.',
  );
});
