import { describe, expect, it } from 'vitest';
import { characters, duration, roughly, tokenRate } from './format.ts';

describe('format', () => {
  it('says durations in the unit that people would use', () => {
    expect([0, 840, 9_960, 59_400, 60_000, 185_000, 7_500_000].map(duration)).toEqual([
      '0.0 s',
      '0.8 s',
      '10 s',
      '59 s',
      '1 min',
      '3 min 5 s',
      '2 h 5 min',
    ]);
  });

  it('rounds estimates up and never promises zero', () => {
    expect([0, 2_100, 11_000, 58_000, 61_000].map(roughly)).toEqual(['1 s', '3 s', '15 s', '60 s', '2 min']);
  });

  it('counts characters in the singular and the plural', () => {
    expect([characters(1), characters(2_000), characters(1, 'more ')]).toEqual([
      '1 character',
      '2,000 characters',
      '1 more character',
    ]);
  });

  it('gives no token rate where a number is missing or no time has passed', () => {
    expect(tokenRate(100, 1_000, 3_000)).toBe('50 tokens/s');
    expect(tokenRate(10, 0, 4_000)).toBe('2.5 tokens/s');
    expect(tokenRate(null, 0, 1)).toBeNull();
    expect(tokenRate(10, null, 1)).toBeNull();
    expect(tokenRate(10, 5, 5)).toBeNull();
  });
});
