import { describe, expect, it } from 'vitest';
import { Gate, type GateClass } from './gate.ts';
import { bench } from './rehearsal.ts';
import { SimulatedTime } from './simulated-time.ts';

const CLASSES: readonly GateClass[] = ['interactive', 'helper', 'background'];
const times = (n: number) => Array.from({ length: n }, (_, i) => i);

describe('estimates', () => {
  it('[A26] who waits for rates alone is told when they let the call start', async () => {
    const at = bench({ limit: 20, laneRates: { 'a/m': { tokensPerMinute: 600 } } });
    for (const n of times(9)) at.ask(`${n}`, { weight: 100 });
    await at.settle();
    expect([...at.gate.places()]).toEqual([
      ['6', { position: 1, etaMs: 10_000 }],
      ['7', { position: 2, etaMs: 20_000 }],
      ['8', { position: 3, etaMs: 30_000 }],
    ]);
  });

  it('[A26] who waits for a closed lane is told when it opens, and what needs unknown call times is not guessed', async () => {
    const at = bench({ limit: 2 });
    at.gate.throttled('a/m', { retryAfterMs: 7000 });
    at.ask('one');
    at.ask('two');
    await at.settle();
    expect([...at.gate.places()]).toEqual([
      ['one', { position: 1, etaMs: 7000 }],
      ['two', { position: 2, etaMs: null }],
    ]);
    await at.pass(3000);
    expect(at.gate.place('one')).toEqual({ position: 1, etaMs: 4000 });
  });

  it('[A26] behind a call that has outrun what is usual one waits the longer, the longer it runs', async () => {
    const at = bench({ limit: 1 });
    at.ask('usual');
    await at.pass(1000);
    await at.release('usual');
    at.ask('long');
    at.ask('next');
    await at.settle();
    const eta = () => at.gate.place('next')?.etaMs;
    expect(eta()).toBe(1000);
    await at.pass(900);
    expect(eta()).toBe(100);
    await at.pass(1100);
    expect(eta()).toBe(500);
    await at.pass(6000);
    expect(eta()).toBe(2000);
  });

  it('[A11] who needs time stands behind whoever starts before that', async () => {
    const at = bench({ limit: 1 });
    at.ask('warm');
    at.ask('warm too', { lane: 'b/m' });
    await at.pass(1000);
    await at.release('warm');
    await at.pass(1000);
    await at.release('warm too');
    at.ask('running', { lane: 'b/m' });
    await at.settle();
    at.gate.throttled('a/m', { retryAfterMs: 60_000 });
    at.ask('closed');
    at.ask('open', { lane: 'b/m' });
    expect([...at.gate.places().keys()]).toEqual(['open', 'closed']);
  });
});

/** Calls that last a second each, all limits on, forty waiting: who starts when, as foretold and as it comes. */
async function foretoldAndReal(seed: number) {
  const time = new SimulatedTime();
  const gate = new Gate({
    ...{ limit: 5, perUser: 2, now: time.now, halfLifeMs: Number.POSITIVE_INFINITY },
    laneLimits: { 'a/m': 2, 'b/m': 2 },
    laneRates: { 'b/m': { requestsPerMinute: 9 }, 'c/m': { tokensPerMinute: 2000, requestsPerMinute: 40 } },
  });
  const starts: [string, number][] = [];
  gate.on((event) => event.type === 'granted' && starts.push([event.id, time.ms]));
  const call = async (n: number, lane: string) => {
    const signal = new AbortController().signal;
    const gateClass = CLASSES[(n * seed) % 3] ?? 'interactive';
    const user = `user ${(n * n + seed) % 7}`;
    const permit = await gate.acquire({
      id: `${n}`,
      lane,
      user,
      class: gateClass,
      signal,
      weight: 1 + ((n * 37) % 200),
    });
    await time.sleep(1000);
    permit.release();
  };
  for (const [n, lane] of ['a/m', 'b/m', 'c/m'].entries()) void call(1000 + n, lane);
  await time.play(gate);
  gate.throttled('a/m', { retryAfterMs: 1000 * seed + 500 });
  starts.length = 0;
  for (const n of times(40)) void call(n, ['a/m', 'b/m', 'c/m'][(n * 7 + seed) % 3] ?? 'a/m');
  const began = time.ms;
  const running = starts.length;
  const foretold = [...gate.places()].map(([id, { etaMs }]) => [id, began + (etaMs ?? Number.NaN)]);
  await time.play(gate);
  return { foretold, real: starts.slice(running) };
}

it.each(times(40))(
  '[A11 A26] positions and estimates come true when calls last as usual, seed %i',
  async (seed) => {
    const { foretold, real } = await foretoldAndReal(seed);
    expect(real.length).toBeGreaterThan(30);
    expect(foretold.map(([id]) => id)).toEqual(real.map(([id]) => id));
    for (const [n, [, at]] of real.entries())
      expect(Math.abs(Number(foretold[n]?.[1]) - at)).toBeLessThanOrEqual(2);
  },
);
