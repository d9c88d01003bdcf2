import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seeded } from '#lib/seeded-fixture.ts';
import type { BatchStage } from '#lib/wire/batch.ts';
import { RawClient } from '../raw-client.ts';
import { newMark, script } from '../script.ts';
import { BatchDoor } from './batch-door.ts';
import { type House, openHouse } from './house.ts';
import { rounds } from './long.ts';

const seed = Number(process.env.WEIR_SEED ?? Date.now() % 1_000_000);
const random = seeded(seed);
const MEASURE = process.env.WEIR_MEASURE === '1';

let house: House;
let door: BatchDoor;
let model: string;
beforeAll(async () => {
  house = await openHouse({ maxUpstream: 50, drainSeconds: 600 });
  const client = await RawClient.guest(house.weir.url);
  model = client.model;
  door = new BatchDoor(house.weir, client);
});
afterAll(() => house.close());

const stage = (given: Partial<BatchStage> = {}): BatchStage => ({
  name: 'answer',
  template: '{{item}}',
  model,
  limit: 8,
  ...given,
});

/** Prompts that are answered in about so many ms. */
function prompts(count: number, ms: number, mark: string): string[] {
  return Array.from(
    { length: count },
    (_, at) => `${mark}-${at}. ${script('paced', { n: 5, f: ms / 5, d: ms / 5 })}`,
  );
}

/** How often the upstream was asked for each prompt, whatever became of it. */
async function asked(mark: string): Promise<Map<string, { calls: number; finished: number }>> {
  const counts = new Map<string, { calls: number; finished: number }>();
  for (const { prompt, outcome } of await house.upstream.calls(mark)) {
    const count = counts.get(prompt) ?? { calls: 0, finished: 0 };
    counts.set(prompt, {
      calls: count.calls + 1,
      finished: count.finished + (outcome === 'finished' ? 1 : 0),
    });
  }
  return counts;
}

describe('kill -9', () => {
  const kills = rounds(3, 20);

  it(`[F90] [J31] at a random item, ${kills} times: what is done is not asked for again, the rest completes (seed ${seed})`, {
    timeout: 60_000 * kills,
  }, async () => {
    const { weir } = house;
    for (let round = 0; round < kills; round += 1) {
      const mark = newMark();
      const items = 60;
      const id = await door.start(prompts(items, 100, mark), [stage()]);
      await sleep(random() * 1_000);
      await weir.kill9();
      await weir.restart();
      const doneBefore = (await door.items(id)).filter(({ state }) => state === 'done');
      const calls = await asked(mark);
      const over = await door.over(id);
      expect(over.counts, `round ${round}`).toEqual({
        waiting: 0,
        running: 0,
        done: items,
        failed: 0,
        cancelled: 0,
      });
      expect(over.stages[0]?.counts.done).toBe(items);
      const all = await asked(mark);
      for (const { index } of doneBefore) {
        const prompt = [...all.keys()].find((key) => key.startsWith(`${mark}-${index}.`)) ?? '';
        expect(all.get(prompt)?.calls, `item ${index}`).toBe(calls.get(prompt)?.calls);
      }
      const again = [...all.values()].filter(({ calls: count }) => count > 1).length;
      // Only what was on the way when it died.
      expect(again).toBeLessThanOrEqual(8);
    }
  });
});

describe('a process', () => {
  it('[J32] that is asked to go finishes what it asked for, and the next one asks for the rest alone', async () => {
    const { weir } = house;
    const mark = newMark();
    const id = await door.start(prompts(60, 200, mark), [stage()]);
    await door.until(id, ({ counts }) => counts.done > 5);
    expect(await weir.sigterm()).toBe(0);
    await weir.restart();
    const over = await door.over(id);
    expect(over.counts).toMatchObject({ done: 60, failed: 0 });
    const calls = await asked(mark);
    expect([...calls.values()].every(({ calls: count }) => count === 1)).toBe(true);
  });

  it('[F93] [J23] ends the calls of a cancelled batch at the upstream', async () => {
    const mark = newMark();
    const id = await door.start(prompts(30, 20_000, mark), [stage()]);
    await door.until(id, ({ counts }) => counts.running === 8);
    await door.ask('POST', `/${id}/cancel`);
    const over = await door.over(id);
    expect(over).toMatchObject({ state: 'cancelled', counts: { cancelled: 30 } });
    // The batch is over once its calls are hung up; the upstream may notice a moment later.
    const outcomes = async () => new Set((await house.upstream.calls(mark)).map(({ outcome }) => outcome));
    await expect.poll(outcomes).toEqual(new Set(['aborted']));
  });
});

describe('a pipeline', () => {
  it('[J28] keeps each stage at its limit, counted by the upstream', async () => {
    const mark = newMark();
    const say = (name: string) => `${mark}${name} ${script('paced', { n: 3, f: 30, d: 30 })}`;
    const stages = [
      stage({ name: 'extract', template: `${say('one')} {{item}}`, limit: 10 }),
      stage({ name: 'analyse', template: `${say('two')} {{stage.extract}}`, limit: 10 }),
      stage({ name: 'summarise', template: `${say('three')} {{stage.analyse}}`, limit: 2 }),
    ];
    const id = await door.start(
      Array.from({ length: 40 }, (_, at) => `text ${at}`),
      stages,
    );
    const over = await door.over(id);
    expect(over.stages.map(({ counts }) => counts.done)).toEqual([40, 40, 40]);
    for (const [name, limit] of [
      ['one', 10],
      ['two', 10],
      ['three', 2],
    ] as const) {
      const calls = await house.upstream.calls(`${mark}${name}`);
      expect(calls).toHaveLength(40);
      const openAt = (at: number) =>
        calls.filter(({ startedAt, closedAt }) => startedAt <= at && at < (closedAt ?? Infinity)).length;
      expect(Math.max(...calls.map(({ startedAt }) => openAt(startedAt)))).toBeLessThanOrEqual(limit);
    }
  });
});

describe.runIf(MEASURE)('a thousand prompts', () => {
  it('[J33] with cap 50 against a second each, beside a chat', { timeout: 120_000 }, async () => {
    const mark = newMark();
    const client = await RawClient.guest(house.weir.url);
    await house.upstream.reset();
    const from = performance.now();
    const id = await door.start(prompts(1_000, 1_000, mark), [stage({ limit: 200 })]);
    await door.until(id, ({ counts }) => counts.done > 100);
    const asked = performance.now();
    const chat = newMark();
    const { generationId } = await client.say(
      `${chat} ${script('paced', { n: 2, f: 10, d: 10 })}`,
      client.model,
    );
    let waited = Number.NaN;
    while (Number.isNaN(waited)) {
      if ((await house.upstream.calls(chat)).length > 0) waited = performance.now() - asked;
      else await sleep(10);
    }
    await door.over(id);
    const took = performance.now() - from;
    const { maxOpen } = await house.upstream.stats();
    process.stdout.write(
      `1,000 prompts of 1 s at cap 50: ${(took / 1_000).toFixed(2)} s (ideal 20), at most ${maxOpen} open, ` +
        `a chat (${generationId}) beside them reached the upstream after ${waited.toFixed(0)} ms\n`,
    );
    expect(maxOpen).toBeLessThanOrEqual(50);
  });
});

/** How long the server takes to say that it lives, asked all the time, ms; most first. */
async function delaysWhile(work: () => Promise<void>): Promise<number[]> {
  const delays: number[] = [];
  let isOver = false;
  const asking = (async () => {
    while (!isOver) {
      const from = performance.now();
      await (await fetch(`http://127.0.0.1:${house.weir.port}/healthz`)).text();
      delays.push(performance.now() - from);
      await sleep(20);
    }
  })();
  await work();
  isOver = true;
  await asking;
  return delays.sort((a, b) => b - a);
}

function megabytes(what: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${house.weir.pid}/status`, 'utf8');
  return Math.round(Number(new RegExp(`${what}:\\s+(\\d+)`).exec(status)?.[1]) / 1024);
}

describe.runIf(MEASURE)('fifty thousand items', () => {
  it('[J39] of 190 MB are taken in while the server goes on answering', { timeout: 300_000 }, async () => {
    const line = `${'x'.repeat(3_950)} ${script('paced', { n: 1, f: 1, d: 1 })}`;
    const lines = Array.from({ length: 50_000 }, (_, at) => `${at} ${line}`);
    const before = megabytes('VmRSS');
    let id = '';
    const say = (what: string, took: number, delays: number[]) => {
      const at = (share: number) => (delays[Math.floor(delays.length * share)] ?? 0).toFixed(0);
      process.stdout.write(
        `${what}: ${(took / 1_000).toFixed(1)} s; /healthz answered within ${at(0)} ms at most, p99 ${at(0.01)} ms, ` +
          `p50 ${at(0.5)} ms; memory ${before} MB before, ${megabytes('VmRSS')} MB now, ${megabytes('VmHWM')} MB at most\n`,
      );
    };
    const timed = async (what: string, work: () => Promise<unknown>) => {
      const from = performance.now();
      const delays = await delaysWhile(async () => void (await work()));
      say(what, performance.now() - from, delays);
    };
    await timed('uploaded and checked', async () => {
      id = await door.start(lines, [stage({ limit: 50 })]);
    });
    await timed('made into items', () => door.until(id, ({ state }) => state === 'running'));
    await timed('a thousand answered', () => door.until(id, ({ counts }) => counts.done >= 1_000));
    await timed('cancelled', async () => {
      await door.ask('POST', `/${id}/cancel`);
      await door.over(id);
    });
    expect((await door.one(id)).total).toBe(50_000);
    await timed('removed', () => door.ask('DELETE', `/${id}`));
  });
});
