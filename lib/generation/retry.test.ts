import { expect, it } from 'vitest';
import { RetryBudget } from './retry.ts';

it('[G18] a lane has twenty repeats to begin with, and gains twenty a minute', () => {
  const clock = { ms: 0 };
  const budget = new RetryBudget(() => clock.ms);
  const taken = () => Array.from({ length: 100 }, () => budget.take('a/m')).filter(Boolean).length;
  expect(taken()).toBe(20);
  clock.ms = 30_000;
  expect(taken()).toBe(10);
});

it('[G18] every five calls earn one, a hundred at most, and lanes do not share', () => {
  const budget = new RetryBudget(() => 0);
  for (let call = 0; call < 10_000; call += 1) budget.called('a/m');
  const taken = (lane: string) => Array.from({ length: 200 }, () => budget.take(lane)).filter(Boolean).length;
  expect(taken('a/m')).toBe(100);
  expect(taken('b/m')).toBe(20);
});
