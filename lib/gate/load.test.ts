import { describe, expect, it } from 'vitest';
import { Gate, type GateClass, type GateEvent, type GateOptions } from './gate.ts';
import { SimulatedTime } from './simulated-time.ts';

/* What people feel, in simulated time: every call lasts as long as it says, the gate decides the rest. */

function stage(options: Partial<GateOptions> = {}, weight = 500) {
  const time = new SimulatedTime();
  const gate = new Gate({ limit: 4, now: time.now, ...options });
  const waits = new Map<string, number>();
  const call = async (id: string, user: string, gateClass: GateClass, lastsMs: number) => {
    const signal = new AbortController().signal;
    const permit = await gate.acquire({ id, user, lane: 'a/m', class: gateClass, signal, weight });
    waits.set(id, permit.waitedMs);
    await time.sleep(lastsMs);
    permit.release({ tokens: lastsMs / 10 });
  };
  return { time, gate, waits, call };
}

const times = (n: number) => Array.from({ length: n }, (_, i) => i);
const lasts = (n: number) => 3000 + ((n * 1237) % 4000);

async function p95ofTwenty(heavy: number, options: Partial<GateOptions>, weight: number): Promise<number> {
  const { time, gate, waits, call } = stage(options, weight);
  for (const n of times(heavy)) void call(`heavy ${n}`, 'heavy', 'interactive', lasts(n));
  time.in(60_000, () => {
    for (const n of times(20)) void call(`light ${n}`, `light ${n}`, 'interactive', lasts(n));
  });
  await time.play(gate);
  expect(waits.size).toBe(heavy + 20);
  const light = times(20).map((n) => waits.get(`light ${n}`) ?? Number.NaN);
  return light.sort((a, b) => a - b)[18] ?? Number.NaN;
}

describe('fairness', () => {
  it.each([
    ['permits alone', {}, 500],
    ['a cap per user', { perUser: 2 }, 500],
    ['estimates far too high', {}, 10_000],
    ['estimates far too low', {}, 1],
  ])(
    '[F35] [A9 A18] with %s, one who queues 500 does not double the p95 wait of twenty others',
    async (_, options, weight) => {
      const without = await p95ofTwenty(0, options, weight);
      const beside = await p95ofTwenty(500, options, weight);
      expect(without).toBeGreaterThan(10_000);
      expect(beside / without).toBeLessThanOrEqual(2);
    },
  );

  it('[F36] [A7] a chat beside 100 prompts waits for the rest of one call at most, and the prompts all end', async () => {
    const { time, gate, waits, call } = stage({ limit: 3 });
    const ends: number[] = [];
    for (const n of times(100))
      void call(`prompt ${n}`, 'batch', 'background', lasts(n)).then(() => ends.push(time.ms));
    const rests: number[] = [];
    for (const n of times(12)) {
      time.in(1000 + 13_700 * n, () => void call(`chat ${n}`, 'ann', 'interactive', 2000));
      time.in(1000 + 13_700 * n, () => rests.push(time.ms));
    }
    await time.play(gate);
    const firstEnds = rests.map((came) => Math.min(...ends.filter((end) => end >= came)) - came);
    expect(times(12).map((n) => waits.get(`chat ${n}`))).toEqual(firstEnds);
    expect(Math.max(...firstEnds)).toBeLessThanOrEqual(7000);
    expect(waits.size).toBe(112);
  });
});

/** An upstream that turns away three of ten calls for a minute, and wants none at all for two seconds after that. */
function moodyUpstream(time: SimulatedTime, random: () => number) {
  let notBefore = 0;
  const early: number[] = [];
  const answer = async (): Promise<'served' | 'throttled'> => {
    if (time.ms < notBefore) early.push(time.ms);
    await time.sleep(50);
    if (time.ms < 60_000 && random() < 0.3) {
      notBefore = time.ms + 2000;
      return 'throttled';
    }
    return 'served';
  };
  return { answer, early };
}

function pseudoRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}

async function minuteOf429s(seed: number) {
  const time = new SimulatedTime();
  const gate = new Gate({ limit: 20, laneLimits: { 'a/m': 6 }, now: time.now });
  const upstream = moodyUpstream(time, pseudoRandom(seed));
  const series: { at: number; limit: number }[] = [];
  const record = (event: GateEvent) =>
    event.type === 'adapted' && series.push({ at: event.at, limit: event.workingLimit });
  gate.on(record);
  let asked = 0;
  let done = 0;
  const attempt = async (id: string, user: string): Promise<boolean> => {
    const signal = new AbortController().signal;
    const permit = await gate.acquire({ id, user, lane: 'a/m', class: 'interactive', signal, weight: 100 });
    if ((await upstream.answer()) === 'throttled') {
      gate.throttled('a/m', { retryAfterMs: 2000, id });
      permit.release({ tokens: 0 });
      return false;
    }
    await time.sleep(250);
    gate.succeeded('a/m', { id });
    await time.sleep(700);
    permit.release({ tokens: 100 });
    return true;
  };
  const person = async (user: string) => {
    for (let n = 0; time.ms < 100_000; n += 1) {
      asked += 1;
      while (!(await attempt(`${user} ${n}`, user)));
      done += 1;
    }
  };
  for (const n of times(18)) void person(`user ${n}`);
  await time.play(gate);
  return { series, asked, done, early: upstream.early, rest: gate.snapshot() };
}

describe('throttling', () => {
  it.each(times(20))(
    '[A23 A24] a minute of 30 per cent 429s at three times the limit, seed %i',
    async (seed) => {
      const { series, asked, done, early, rest } = await minuteOf429s(seed);
      expect(early).toEqual([]);
      expect(done).toBe(asked);
      expect(rest).toMatchObject({ held: 0, waiting: 0 });
      const during = series.filter(({ at }) => at < 60_000).map(({ limit }) => limit);
      expect(Math.min(...during)).toBe(1);
      expect(during.some((limit, n) => limit > (during[n - 1] ?? limit))).toBe(true);
      expect(series.at(-1)?.limit).toBe(6);
    },
  );
});
