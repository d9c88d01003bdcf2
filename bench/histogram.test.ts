import { expect, it } from 'vitest';
import { Histogram } from './histogram.ts';

it('an empty histogram has no quantiles', () => {
  expect(new Histogram().quantiles()).toBeNull();
});

it('a quantile is right to about one percent, from microseconds to minutes', () => {
  for (const us of [3, 50, 1_234, 98_765, 60_000_000]) {
    const histogram = new Histogram();
    histogram.add(us);
    expect(histogram.quantile(0.5) / us).toBeGreaterThan(0.98);
    expect(histogram.quantile(0.5) / us).toBeLessThanOrEqual(1);
  }
});

it('one slow one in a hundred is beyond p50, at p99 and the most', () => {
  const histogram = new Histogram();
  for (let at = 0; at < 980; at += 1) histogram.add(1_000);
  for (let at = 0; at < 20; at += 1) histogram.add(500_000);
  const { count, p50, p99, max } = histogram.quantiles() ?? { count: 0, p50: 0, p99: 0, max: 0 };
  expect([count, max]).toEqual([1_000, 500]);
  expect(p50).toBeCloseTo(1, 1);
  expect(p99 / 500).toBeGreaterThan(0.98);
});

it('what is shorter or longer than all buckets is counted in the outermost', () => {
  const histogram = new Histogram();
  histogram.add(0);
  histogram.add(1e15);
  expect(histogram.count).toBe(2);
  expect(histogram.quantiles()?.max).toBe(1e12);
});
