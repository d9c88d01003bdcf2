import { expect, it } from 'vitest';
import { retryAfterMs } from './retry-after.ts';

const now = Date.UTC(2026, 0, 15, 12, 0, 0);

it.each([
  ['2', 2000],
  ['0.1', 100],
  ['0', 0],
  [' 7 ', 7000],
  ['120', 120_000],
  ['86400', 86_400_000],
  ['Thu, 15 Jan 2026 12:01:30 GMT', 90_000],
  ['Thursday, 15-Jan-26 12:01:30 GMT', 90_000],
  ['Thu Jan 15 12:01:30 2026', 90_000],
  ['Thu, 15 Jan 2026 11:00:00 GMT', 0],
  ['-5', null],
  ['abc', null],
  ['apples 12', null],
  ['1e3', null],
  ['Infinity', null],
  ['9'.repeat(400), null],
  ['', null],
  ['Thu, 99 Foo 2026', null],
])('[F2] [U17] Retry-After: %s is %s ms', (value, ms) => {
  expect(retryAfterMs(new Headers({ 'retry-after': value }), now)).toBe(ms);
});

it('[F2] [U17] retry-after-ms is more exact and goes first, unless it is junk', () => {
  const of = (ms: string) => retryAfterMs(new Headers({ 'retry-after-ms': ms, 'retry-after': '3' }), now);
  expect([of('1500'), of('12.5'), of('soon'), of('-1')]).toEqual([1500, 13, 3000, 3000]);
  expect(retryAfterMs(new Headers(), now)).toBeNull();
});
