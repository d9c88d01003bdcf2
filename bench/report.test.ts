import { expect, it } from 'vitest';
import type { Measured } from './job.ts';
import { figuresOf, isWhole, median, ratioOf, table } from './report.ts';

const cpu = (total: number) => ({ total, main: total, workers: 0, engine: 0 });
const quantiles = { count: 1, p50: 1, p99: 2, max: 3 };

function round(changes: Partial<Measured> = {}): Measured {
  return {
    target: 'weir',
    completed: 10,
    failed: 0,
    reasons: {},
    lost: 0,
    doubled: 0,
    reordered: 0,
    garbled: 0,
    words: 1_000,
    wallMs: 1_000,
    firstText: quantiles,
    delay: quantiles,
    cpu: cpu(50_000),
    steady: { cpu: cpu(20_000), words: 500, ms: 500 },
    memoryKiB: 400,
    idleKiB: 1_000,
    upstream: {
      started: 10,
      ended: 10,
      aborted: 0,
      open: 0,
      mostOpen: 10,
      tokens: 1_000,
      mostLateMs: 1,
      lateMs: 1,
    },
    ...changes,
  };
}

it('figures are medians over the rounds, faults are sums', () => {
  const rounds = [round(), round({ memoryKiB: 4_000, lost: 1 }), round({ memoryKiB: 200, lost: 2 })];
  expect(figuresOf(rounds)).toMatchObject({
    cpuPerToken: 40,
    cpuPerAnswer: 5,
    memoryPerStream: 40,
    tokensPerSecond: 1_000,
    completed: 30,
    lost: 3,
  });
});

it('what could not be measured is shown as such', () => {
  const figures = figuresOf([round({ cpu: null, steady: null, memoryKiB: null, firstText: null })]);
  expect(figures).toMatchObject({ cpuPerToken: null, memoryPerStream: null, firstTextP50: null });
  expect(table(figures, figures)).toContain('–');
});

it('each kind of fault counts, speed does not', () => {
  expect(isWhole(figuresOf([round({ wallMs: 1e9 })]))).toBe(true);
  for (const fault of ['failed', 'lost', 'doubled', 'reordered', 'garbled'] as const) {
    expect(isWhole(figuresOf([round(), round({ [fault]: 1 })]))).toBe(false);
  }
});

it('the median of an even number is between the middle two', () => {
  expect(median([4, null, 1, 2, 3])).toBe(2.5);
  expect(median([null])).toBeNull();
  expect([ratioOf(3, 2), ratioOf(3, null), ratioOf(3, 0)]).toEqual([1.5, null, null]);
});
