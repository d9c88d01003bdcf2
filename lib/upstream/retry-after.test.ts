import { expect, it } from 'vitest';
import { resetMs, retryAfterMs } from './retry-after.ts';

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

it.each([
  ['1s', 1000],
  ['6m0s', 360_000],
  ['2m59.56s', 179_560],
  ['120ms', 120],
  ['1h30m', 5_400_000],
  ['1d2h', 93_600_000],
  ['7.5', 8000],
  [String(now / 1000 + 30), 30_000],
  [String(now + 1500), 1500],
  [String(now - 1500), 0],
  ['soon', null],
  ['-1s', null],
  ['1s2m', null],
  ['', null],
])('[F2] [U17] a limit that is used up and begins anew after %s is one of %s ms', (reset, ms) => {
  const headers = { 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': reset };
  expect(resetMs(new Headers(headers), now)).toBe(ms);
});

it('[F2] [U17] of the limits that are used up the latest counts, of the others none', () => {
  const of = (requests: string, tokens: string) =>
    resetMs(
      new Headers({
        'x-ratelimit-remaining-requests': requests,
        'x-ratelimit-reset-requests': '60s',
        'x-ratelimit-remaining-tokens': tokens,
        'x-ratelimit-reset-tokens': '5s',
      }),
      now,
    );
  expect([of('0', '0'), of('12', '0'), of('0', '12'), of('1', '1'), of('', '')]).toEqual([
    60_000,
    5_000,
    60_000,
    null,
    null,
  ]);
  expect(resetMs(new Headers({ 'x-ratelimit-reset-requests': '60s' }), now)).toBeNull();
});
