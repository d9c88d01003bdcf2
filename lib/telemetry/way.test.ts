import { describe, expect, it } from 'vitest';
import { memoryMeter } from './memory-meter.ts';
import { labels } from './meter.contract.ts';
import type { Hop } from './meter.ts';
import { Way } from './way.ts';

/** Walks the stations, given with the milliseconds before each, and says what was measured. */
function walked(...steps: [afterMs: number, hop: Hop][]) {
  const meter = memoryMeter();
  let time = 1_000;
  const way = new Way(
    meter,
    () => labels,
    () => time,
  );
  for (const [afterMs, hop] of steps) {
    time += afterMs;
    way.reach(hop);
  }
  return meter.hops.map(({ hop, ms }) => [hop, ms]);
}

describe('the way of an answer', () => {
  it('[T5] every hop counts from the one before, and together they are the whole time', () => {
    const measured = walked(
      [3, 'accepted'],
      [1, 'queued'],
      [200, 'permit'],
      [80, 'headers'],
      [400, 'first_delta'],
      [5_000, 'end'],
    );
    expect(measured).toEqual([
      ['accepted', 3],
      ['queued', 1],
      ['permit', 200],
      ['headers', 80],
      ['first_delta', 400],
      ['end', 5_000],
    ]);
  });

  it('[T5] the first frame is a branch: the ending counts from the first delta all the same', () => {
    expect(walked([10, 'first_delta'], [30, 'first_frame'], [100, 'end'])).toEqual([
      ['first_delta', 10],
      ['first_frame', 30],
      ['end', 130],
    ]);
  });

  it('[T5] only the first frame with words counts, whoever gets it', () => {
    expect(walked([0, 'first_frame'], [10, 'first_delta'], [1, 'first_frame'], [1, 'first_frame'])).toEqual([
      ['first_delta', 10],
      ['first_frame', 1],
    ]);
  });

  it('[T5] a retry walks again, its back-off before the queue', () => {
    expect(
      walked([0, 'queued'], [7, 'permit'], [500, 'queued'], [9, 'permit'], [20, 'headers'], [4, 'end']),
    ).toEqual([
      ['queued', 0],
      ['permit', 7],
      ['queued', 500],
      ['permit', 9],
      ['headers', 20],
      ['end', 4],
    ]);
  });

  it('[T5] a hop belongs to the model that is asked then', () => {
    const meter = memoryMeter();
    let model = 'first';
    const way = new Way(
      meter,
      () => ({ ...labels, model }),
      () => 0,
    );
    way.reach('permit');
    model = 'second';
    way.reach('permit');
    expect(meter.hops.map(({ labels: { model: asked } }) => asked)).toEqual(['first', 'second']);
  });

  it('[T5] an answer may be over before its first words leave; after that nothing counts', () => {
    const hops = walked([1, 'first_delta'], [2, 'end'], [30, 'first_frame'], [1, 'first_frame'], [1, 'end']);
    expect(hops).toEqual([
      ['first_delta', 1],
      ['end', 2],
      ['first_frame', 32],
    ]);
  });
});
