import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type Clock, Clocks, clockFailure, type Limits } from './clocks.ts';

const limits: Limits = { connectMs: 100, firstContentMs: 600, idleMs: 300, totalMs: 5000, tailMs: 50 };

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function start(changed: Partial<Limits> = {}) {
  const expired: Clock[] = [];
  const clocks = new Clocks({ ...limits, ...changed }, (clock) => expired.push(clock));
  return { clocks, expired };
}

/** Content every `every` ms, for `ms`. */
function stream(clocks: Clocks, every: number, ms: number): void {
  for (let passed = 0; passed < ms; passed += every) {
    vi.advanceTimersByTime(every);
    clocks.content();
  }
}

it('[U14] each clock runs from its own beginning and ends once', () => {
  const { clocks, expired } = start();
  vi.advanceTimersByTime(99);
  clocks.connected();
  vi.advanceTimersByTime(599);
  clocks.content();
  stream(clocks, 290, 2900);
  vi.advanceTimersByTime(299);
  expect(expired).toEqual([]);
  vi.advanceTimersByTime(2);
  expect(expired).toEqual(['idle']);
  vi.advanceTimersByTime(60_000);
  expect(expired).toHaveLength(1);
});

it.each<[clock: Clock, play: (clocks: Clocks) => void, after: number]>([
  ['connect', () => undefined, 100],
  ['firstContent', (clocks) => clocks.connected(), 600],
  ['idle', (clocks) => clocks.content(), 300],
  ['tail', (clocks) => clocks.finished(), 50],
  [
    'total',
    (clocks) => {
      clocks.content();
      stream(clocks, 200, 4800);
    },
    200,
  ],
])('[U14] %s', (clock, play, after) => {
  const { clocks, expired } = start();
  play(clocks);
  vi.advanceTimersByTime(after - 1);
  expect(expired).toEqual([]);
  vi.advanceTimersByTime(2);
  expect(expired).toEqual([clock]);
});

it('[U14] a second connection of the same call does not start the first clocks again', () => {
  const { clocks, expired } = start();
  clocks.connected();
  vi.advanceTimersByTime(500);
  clocks.connected();
  vi.advanceTimersByTime(101);
  expect(expired).toEqual(['firstContent']);
});

it('[U14] a stopped clock says nothing and leaves no timer', () => {
  const { clocks, expired } = start();
  clocks.content();
  clocks.stop();
  expect(vi.getTimerCount()).toBe(0);
  vi.advanceTimersByTime(60_000);
  expect(expired).toEqual([]);
});

it('[U14] a thousand tokens arm no timer of their own', () => {
  const { clocks } = start({ idleMs: 60_000, totalMs: 600_000 });
  clocks.content();
  // No spy: Vitest restores those after the real timers are back, and would put the faked one in their place.
  const arm = vi.fn(setTimeout);
  vi.stubGlobal('setTimeout', arm);
  stream(clocks, 10, 10_000);
  vi.unstubAllGlobals();
  expect(arm).not.toHaveBeenCalled();
});

it('[U14] a limit beyond what a timer can hold is no limit of a millisecond', () => {
  const { clocks, expired } = start({ totalMs: 2 ** 40, idleMs: 2 ** 40 });
  clocks.content();
  vi.advanceTimersByTime(2 ** 33);
  expect(expired).toEqual([]);
});

it('[U14] only the tail is no failure', () => {
  const codes = (['connect', 'firstContent', 'idle', 'total', 'tail'] as const).map(
    (clock) => clockFailure(clock)?.code,
  );
  expect(codes).toEqual([
    'upstream_unreachable',
    'upstream_timeout',
    'upstream_stalled',
    'answer_too_long',
    undefined,
  ]);
});
