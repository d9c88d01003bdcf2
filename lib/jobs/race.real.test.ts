import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Gate } from '#lib/gate/gate.ts';
import { memoryLog } from '#lib/telemetry/memory-log.ts';
import type { Call } from '#lib/upstream/demo/record.ts';
import { createDemoServer } from '#lib/upstream/demo/server.ts';
import { hear } from '#lib/upstream/heard.ts';
import { openaiUpstream } from '#lib/upstream/openai-model.ts';
import { scriptedModels } from '#lib/upstream/scripted-model.ts';
import type { Race } from '#lib/wire/flow.ts';
import { Races } from './race.ts';

/**
 * Races over real HTTP. What holds always is counted by the upstream; the speed-up is a measurement, and one of seconds, so it
 * is made when asked for, on a machine that has nothing else to do: WEIR_MEASURE=1 npx vitest run lib/jobs/race.real
 */
const MEASURE = process.env.WEIR_MEASURE === '1';

/** The scripted upstream, the real client and a gate of `limit` permits. */
async function track(limit: number) {
  const server = createDemoServer({ control: true, everyMs: 0 });
  const baseUrl = `http://127.0.0.1:${await server.listen()}/v1`;
  const upstream = openaiUpstream({ name: 'test', baseUrl, key: null, models: null, timeouts: {} });
  const model = upstream.model('weir-demo');
  const over = Promise.withResolvers<Race>();
  const races = new Races({
    gate: new Gate({ limit, now: Date.now }),
    models: { ...scriptedModels(), list: () => [], find: () => model, onChange: () => () => true },
    log: memoryLog(),
    now: Date.now,
    newId: randomUUID,
    tell: (_userId, race) => race.state !== 'running' && over.resolve(race),
  });
  const close = async () => {
    await races.drain();
    await upstream.close();
    await server.close();
  };
  const start = (prompts: string[]) => races.start('anna', { model: model.id, prompts });
  /** What only a first call costs is no part of a comparison. */
  const warmUp = async () => {
    await hear(model, '[[script:paced n=1 d=0]]').outcome;
    server.control.reset();
  };
  return { control: server.control, races, over: over.promise, start, warmUp, close };
}

/** The most calls the upstream had open at once. */
function peakOf(calls: readonly Call[]): number {
  const openAt = (at: number) =>
    calls.filter(({ startedAt, closedAt }) => startedAt <= at && at < (closedAt ?? Infinity)).length;
  return Math.max(...calls.map(({ startedAt }) => openAt(startedAt)));
}

/** `ms` in fifty words. */
const lasting = (ms: number) => `[[script:paced n=50 d=${ms / 50}]]`;

async function measured(limit: number, prompts: string[]) {
  const { control, over, start, warmUp, close } = await track(limit);
  try {
    await warmUp();
    start(prompts);
    const race = await over;
    const calls = control.calls();
    const peaks = [peakOf(calls.slice(0, prompts.length)), peakOf(calls.slice(prompts.length))];
    process.stdout.write(
      `${prompts.length} prompts, ${limit} permits: ${race.oneByOneMs} ms one by one, ` +
        `${race.atOnceMs} ms at once, ${race.speedUp?.toFixed(3)} times as fast\n`,
    );
    return { race, peaks };
  } finally {
    await close();
  }
}

describe('a race over HTTP', () => {
  it('[J1] has one call open in its first half and all of them in its second', async () => {
    const { control, over, start, close } = await track(4);
    start(['a', 'b', 'c', 'd'].map((name) => `[[script:paced n=3 d=0 gate=go mark=${name}]]`));
    for (let call = 1; call <= 4; call += 1) {
      await control.until(({ waiting, started }) => started === call && waiting.go === 1);
      expect(control.stats()).toMatchObject({ open: 1, maxOpen: 1 });
      control.release('go', 1);
    }
    await control.until(({ waiting }) => waiting.go === 4);
    control.release('go');
    const race = await over;
    await close();
    expect(race).toMatchObject({ state: 'done' });
    expect(race.runs.map(({ tokens }) => tokens)).toEqual(Array(8).fill(3));
    expect(control.stats()).toMatchObject({ started: 8, finished: 8, maxOpen: 4, open: 0 });
    const marks = control.calls().map(({ mark }) => mark);
    expect(marks.slice(0, 4)).toEqual(['a', 'b', 'c', 'd']);
    expect(marks.slice(4).toSorted()).toEqual(['a', 'b', 'c', 'd']);
  });

  it('[J4] that is stopped closes every call at the upstream', async () => {
    const { control, races, over, start, close } = await track(2);
    start(['a', 'b', 'c'].map((name) => `[[script:paced n=3 d=0 hold=go k=1 mark=${name}]]`));
    for (let call = 1; call <= 3; call += 1) {
      await control.until(({ waiting, started }) => started === call && waiting.go === 1);
      control.release('go', 1);
    }
    await control.until(({ waiting }) => waiting.go === 2);
    races.stop('anna');
    expect(await over).toMatchObject({ state: 'stopped' });
    await control.until(({ open }) => open === 0);
    await close();
    expect(control.stats()).toMatchObject({ started: 5, finished: 3, aborted: 2 });
  });

  it('[J5] that meets a 429 says so and leaves nothing open', async () => {
    const { control, over, start, close } = await track(4);
    start(['[[script:paced n=1 d=0]]', '[[script:429]]', '[[script:paced n=1 d=0]]']);
    const race = await over;
    await close();
    expect(race).toMatchObject({ state: 'failed', speedUp: null });
    expect(race.runs.map(({ code }) => code)).toEqual([
      null,
      'upstream_rate_limited',
      null,
      null,
      null,
      null,
    ]);
    expect(control.stats()).toMatchObject({ started: 2, open: 0 });
  });
});

if (MEASURE) {
  describe.concurrent('the measured speed-up', () => {
    it('[J2] of four prompts of 5 to 7.5 s is at least 3.3, of 3.33 possible', {
      timeout: 60_000,
    }, async () => {
      const { race, peaks } = await measured(4, [5_000, 5_833, 6_667, 7_500].map(lasting));
      expect(race.state).toBe('done');
      expect(peaks).toEqual([1, 4]);
      expect(race.speedUp).toBeGreaterThanOrEqual(3.3);
    });

    it('[J2] of twenty equal prompts at a cap of 20 is at least 19', { timeout: 90_000 }, async () => {
      const { race, peaks } = await measured(20, Array(20).fill(lasting(2_000)));
      expect(race.state).toBe('done');
      expect(peaks).toEqual([1, 20]);
      expect(race.speedUp).toBeGreaterThanOrEqual(19);
    });
  });
}
