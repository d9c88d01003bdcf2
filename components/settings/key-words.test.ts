import { expect, it } from 'vitest';
import { keyWords } from './key-words.ts';

const now = new Date(2026, 10, 21, 18).getTime();
const minute = 60_000;
const day = 24 * 60 * minute;

it.each([
  [now - minute, null, 'made today, never used'],
  [now - minute, now, 'made today, used in the last minute'],
  [now - minute, now + 5_000, 'made today, used in the last minute'],
  [now - 3 * day, now - 5 * minute, 'made 18 Nov 2026, used 5 minutes ago'],
  [now - 3 * day, now - 60 * minute, 'made 18 Nov 2026, used 1 hour ago'],
  [now - 3 * day, now - day, 'made 18 Nov 2026, used yesterday'],
  [now - 90 * day, now - 40 * day, 'made 23 Aug 2026, used on 12 Oct 2026'],
])('a key of %i, used %s, is %s', (createdAt, lastUsedAt, words) => {
  expect(keyWords({ createdAt, lastUsedAt }, now)).toBe(words);
});
