import { expect, it } from 'vitest';
import type { Sample } from './sample.ts';
import { slopeOf, trendLine, trends } from './trend.ts';

const mib = 2 ** 20;
const still = {
  heap: 50 * mib,
  external: 10 * mib,
  rss: 200 * mib,
  files: 60,
  timers: 8,
  connections: 9,
  sockets: 0,
  held: 0,
  running: 0,
};
/** A sample a minute. */
const samples = (...changes: Array<Partial<Sample>>): Sample[] =>
  changes.map((change, at) => ({ at, ...still, ...change }));
const growing = (all: readonly Sample[]) =>
  trends(all)
    .filter(({ grows }) => grows)
    .map(({ name }) => name);

it('fits a line through points', () => {
  const points = [1, 2, 3, 4].map((x) => ({ x, y: 3 * x + 5 }));
  expect(slopeOf(points)).toBeCloseTo(3);
  expect(slopeOf([{ x: 1, y: 7 }])).toBe(0);
});

it('what stays or falls does not grow', () => {
  expect(growing(samples({}, {}, {}, {}))).toEqual([]);
  expect(growing(samples({ heap: 90 * mib }, { heap: 70 * mib }, { heap: 60 * mib }, {}))).toEqual([]);
});

it('what rises while it warms up does not grow', () => {
  const heaps = [10, 40, 50, 50, 50, 51].map((heap) => ({ heap: heap * mib }));
  expect(growing(samples(...heaps))).toEqual([]);
});

it('one sample that sticks out is no trend', () => {
  const heaps = [50, 50, 50, 90, 50, 50, 50, 50].map((heap) => ({ heap: heap * mib }));
  expect(growing(samples(...heaps))).toEqual([]);
});

it('what rises to the end grows, each figure by itself', () => {
  expect(growing(samples(...[0, 0, 6, 12, 18].map((more) => ({ heap: (50 + more) * mib }))))).toEqual([
    'heap (MiB)',
  ]);
  expect(growing(samples(...[0, 0, 10, 20, 30].map((more) => ({ files: 60 + more }))))).toEqual(['files']);
  expect(growing(samples(...[0, 0, 10, 20, 30].map((more) => ({ timers: 8 + more }))))).toEqual(['timers']);
});

it('one sample tells nothing', () => {
  expect(() => trends(samples({}))).toThrow('too few');
});

it('says where it began, where it ended and how fast', () => {
  const [line = ''] = trends(samples({}, {}, { heap: 51 * mib })).map(trendLine);
  expect(line).toBe('✓ heap (MiB)       50.0 → 51.0, +60.0 per hour');
});
