import { expect, it, vi } from 'vitest';
import { Herald } from './herald.ts';

it('[A15] a listener that throws stops neither the others nor the teller, and its error surfaces', () => {
  const later = vi.spyOn(globalThis, 'queueMicrotask').mockImplementation(() => undefined);
  const herald = new Herald<string>();
  const heard: string[] = [];
  herald.on(() => {
    throw new Error('broken listener');
  });
  herald.on((event) => heard.push(event));
  herald.note('one');
  herald.note('two');
  herald.tell();
  expect(heard).toEqual(['one', 'two']);
  expect(later.mock.calls[0]?.[0]).toThrow('broken listener');
});
