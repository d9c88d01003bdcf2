import { describe, expect, it } from 'vitest';
import { fakeRace, fakeRun } from '#lib/client/fake-flow.ts';
import { half, scaleOf, ticks } from './race-shape.ts';

const done = {
  state: 'done' as const,
  askedAt: 1_000,
  startedAt: 1_500,
  firstTokenAt: 2_000,
  endedAt: 5_000,
};

describe('the timelines of a race', () => {
  it('[C36] a run waits, then works towards its first token, then streams', () => {
    const race = fakeRace({ runs: [fakeRun(done)] });
    expect(half(race, 'one-by-one', 99_000).bars[0]?.stretches).toEqual([
      { part: 'waiting', from: 0, to: 500 },
      { part: 'first-token', from: 500, to: 1_000 },
      { part: 'streaming', from: 1_000, to: 4_000 },
    ]);
  });

  it('[C36] each half begins at its own first request', () => {
    const later = { ...done, askedAt: 11_000, startedAt: 11_000, firstTokenAt: 12_000, endedAt: 13_000 };
    const race = fakeRace({ runs: [fakeRun(done), fakeRun({ ...later, mode: 'at-once' })] });
    const { bars, elapsedMs } = half(race, 'at-once', 99_000);
    expect([bars[0]?.stretches[0]?.from, elapsedMs]).toEqual([0, 2_000]);
  });

  it('[C36] what is on its way lasts until now, what never began has no bar', () => {
    const race = fakeRace({ runs: [fakeRun({ state: 'running', askedAt: 1_000 }), fakeRun({ prompt: 1 })] });
    const { bars, elapsedMs } = half(race, 'one-by-one', 4_000);
    expect(bars.map(({ stretches }) => stretches)).toEqual([[{ part: 'waiting', from: 0, to: 3_000 }], []]);
    expect(elapsedMs).toBe(3_000);
    expect(half(race, 'at-once', 4_000)).toEqual({ bars: [], elapsedMs: null });
  });

  it('[C36] what was stopped does not go on growing', () => {
    const race = fakeRace({
      state: 'stopped',
      runs: [fakeRun({ ...done, state: 'stopped', endedAt: null })],
    });
    expect(half(race, 'one-by-one', 99_000).elapsedMs).toBe(1_000);
  });

  it('[C36] both halves share one scale, the longer one fills it', () => {
    expect(scaleOf({ bars: [], elapsedMs: 15_200 }, { bars: [], elapsedMs: 4_100 })).toBe(15_200);
    expect(scaleOf({ bars: [], elapsedMs: null }, { bars: [], elapsedMs: 10 })).toBe(1_000);
  });

  it('[C36] the axis has few, round ticks, all on it', () => {
    expect(ticks(1_000)).toEqual([0, 200, 400, 600, 800, 1_000]);
    expect(ticks(15_200)).toEqual([0, 5_000, 10_000, 15_000]);
    for (let scale = 1_000; scale < 900_000; scale += 777) {
      const all = ticks(scale);
      expect([all.length >= 3, all.length <= 6, (all.at(-1) ?? 0) <= scale]).toEqual([true, true, true]);
    }
  });
});
