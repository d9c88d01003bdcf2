import { expect, it } from 'vitest';
import { fallbackWords } from './fallback-note.tsx';

const info = (id: string, label: string) => ({ id, label, upstream: id.split('/')[0] ?? '', demo: false });

it('[C39] an answer of another model than the one asked says so', () => {
  const models = [info('a/big', 'Big'), info('b/small', 'Small'), info('b/big', 'Big')];
  expect(fallbackWords(models, 'a/big', 'b/small')).toBe('Answered by Small, because Big failed');
  expect(fallbackWords(models, 'a/big', 'b/big')).toBe('Answered by b/big, because a/big failed');
  expect(fallbackWords(models, 'a/gone', 'b/small')).toBe('Answered by Small, because a/gone failed');
});
