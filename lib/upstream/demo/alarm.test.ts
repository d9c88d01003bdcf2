import { describe, expect, it } from 'vitest';
import { Alarm } from './alarm.ts';

const settled = (alarm: Alarm, due: number) => new Promise<void>((resolve) => alarm.at(due, resolve));

describe('one timer for all sleepers', () => {
  it('[U49] rings in the order of their times, never early, and never one that was called off', async () => {
    const alarm = new Alarm();
    const rung: number[] = [];
    const early: number[] = [];
    const start = performance.now();
    const seed = Math.floor(start * 1000) % 1_000_003;
    const dues = Array.from({ length: 500 }, (_, at) => start + ((at * 7919 + seed) % 40));
    const cancels = dues.map((due) =>
      alarm.at(due, () => {
        rung.push(due);
        if (performance.now() < due) early.push(due);
      }),
    );
    const kept = dues.filter((_, at) => at % 3 !== 0);
    for (const [at, cancel] of cancels.entries()) if (at % 3 === 0) cancel();
    await settled(alarm, start + 41);
    expect(early, `seed ${seed}`).toEqual([]);
    expect(rung, `seed ${seed}`).toEqual(kept.toSorted((a, b) => a - b));
  });

  it('[U49] a time in the past rings later, not in the same tick', async () => {
    const alarm = new Alarm();
    let rung = false;
    alarm.at(0, () => {
      rung = true;
    });
    expect(rung).toBe(false);
    await settled(alarm, 0);
    expect(rung).toBe(true);
  });

  it('[U49] an earlier sleeper that comes later is not kept waiting by the others', async () => {
    const alarm = new Alarm();
    const order: string[] = [];
    const start = performance.now();
    alarm.at(start + 30, () => order.push('late'));
    alarm.at(start + 5, () => order.push('soon'));
    await settled(alarm, start + 31);
    expect(order).toEqual(['soon', 'late']);
  });
});
