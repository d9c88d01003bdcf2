import { afterEach, describe, expect, it, vi } from 'vitest';
import { SimulatedTime } from '#lib/gate/simulated-time.ts';
import { settle } from '#lib/generation/rehearsal-fixture.ts';
import type { Models } from '#lib/upstream/model.ts';
import { scriptedModels } from '#lib/upstream/scripted-model.ts';
import type { Race, RaceRun } from '#lib/wire/flow.ts';
import { answerNext, atRest, type Course, course, model } from './race-fixture.ts';

/** A model that says one word in the middle and one at the end of as many ms as its prompt says. */
function timedModels(clock: SimulatedTime): Models {
  const timed: ReturnType<Models['find']> = {
    id: model,
    async stream({ messages }, sink) {
      const ms = Number(messages[0]?.content);
      for (const word of ['half', ' done']) {
        await clock.sleep(ms / 2);
        sink.text(word);
      }
      return { finish: 'stop', usage: null };
    },
  };
  return { ...scriptedModels(model), list: () => [], find: () => timed, onChange: () => () => true };
}

async function timedRace(limit: number, ...ms: number[]): Promise<Race> {
  const clock = new SimulatedTime();
  const { gate, races, start } = course({ limit, clock, models: timedModels(clock) });
  start(...ms.map(String));
  for (let round = 0; round < 100 && races.of('anna')?.state === 'running'; round += 1) {
    await settle(2);
    await clock.play(gate);
  }
  const race = races.of('anna');
  if (race === null) throw new Error('no race');
  return race;
}

const timesOf = (race: Race, mode: RaceRun['mode']) =>
  race.runs
    .filter((run) => run.mode === mode)
    .map(({ askedAt, startedAt, firstTokenAt, endedAt }) => [askedAt, startedAt, firstTokenAt, endedAt]);

describe('a race', () => {
  it('[J1] asks one after the other, then all at once, behind everybody else', async () => {
    const house = course();
    house.start('a', 'b', 'c');
    for (const prompt of ['a', 'b', 'c']) {
      await settle();
      expect(house.script.open).toBe(1);
      expect(house.script.calls.at(-1)?.request.messages).toEqual([{ role: 'user', content: prompt }]);
      await answerNext(house);
    }
    expect(house.script.peak).toBe(3);
    expect(house.states()).toEqual([...Array(3).fill('done'), ...Array(3).fill('running')]);
    for (let call = 0; call < 3; call += 1) await answerNext(house);
    expect(house.races.of('anna')).toMatchObject({ state: 'done' });
    const granted = house.events.filter(({ type }) => type === 'granted');
    expect(granted).toHaveLength(6);
    expect(new Set(granted.map((event) => 'id' in event && event.id)).size).toBe(6);
    expect(granted.every((event) => 'class' in event && event.class === 'background')).toBe(true);
    atRest(house);
  });

  it('[J1] never opens more calls than the gate lets it', async () => {
    const house = course({ limit: 2 });
    house.start('a', 'b', 'c', 'd');
    for (let call = 0; call < 4; call += 1) await answerNext(house);
    expect(house.states()?.slice(4)).toEqual(['running', 'running', 'waiting', 'waiting']);
    for (let call = 0; call < 4; call += 1) await answerNext(house);
    expect(house.script.peak).toBe(2);
    expect(house.races.of('anna')).toMatchObject({ state: 'done' });
  });

  it('[J2] notes when each call was asked for, began, spoke and ended', async () => {
    const race = await timedRace(1, 100, 60);
    expect(timesOf(race, 'one-by-one')).toEqual([
      [0, 0, 50, 100],
      [100, 100, 130, 160],
    ]);
    expect(timesOf(race, 'at-once')).toEqual([
      [160, 160, 210, 260],
      [160, 260, 290, 320],
    ]);
    expect(race.runs.map(({ tokens }) => tokens)).toEqual([2, 2, 2, 2]);
  });

  it.each([
    { limit: 4, ms: [5_000, 5_833, 6_667, 7_500], oneByOneMs: 25_000, atOnceMs: 7_500 },
    { limit: 20, ms: Array(20).fill(2_000), oneByOneMs: 40_000, atOnceMs: 2_000 },
    { limit: 10, ms: Array(20).fill(2_000), oneByOneMs: 40_000, atOnceMs: 4_000 },
    { limit: 1, ms: [1_000, 2_000], oneByOneMs: 3_000, atOnceMs: 3_000 },
  ])('[J2] through $limit permits takes $atOnceMs ms instead of $oneByOneMs', async (given) => {
    const { limit, ms, oneByOneMs, atOnceMs } = given;
    expect(await timedRace(limit, ...ms)).toMatchObject({
      oneByOneMs,
      atOnceMs,
      speedUp: oneByOneMs / atOnceMs,
      state: 'done',
    });
  });

  it('[J2] in which no time passed has measured nothing', async () => {
    const house = course();
    house.start('a');
    await answerNext(house);
    await answerNext(house);
    expect(house.races.of('anna')).toMatchObject({
      oneByOneMs: 0,
      atOnceMs: 0,
      speedUp: null,
      state: 'done',
    });
  });

  it('[J3] is one at a time for each person', async () => {
    const house = course();
    house.start('a');
    expect(() => house.start('b')).toThrow(expect.objectContaining({ code: 'conflict' }));
    house.races.start('ben', { model, prompts: ['c'] });
    await settle();
    expect(house.script.calls.map(({ request }) => request.messages[0]?.content)).toEqual(['a', 'c']);
  });

  it('[J3] that could not begin is refused and changes nothing', async () => {
    const house = course();
    expect(() => house.races.start('anna', { model: 'gone/model', prompts: ['a'] })).toThrow(
      expect.objectContaining({ code: 'unknown_model' }),
    );
    house.gate.close();
    expect(() => house.start('a')).toThrow(
      expect.objectContaining({ code: 'draining', retryAfterMs: 5_000 }),
    );
    await settle();
    expect([house.races.of('anna'), house.told]).toEqual([null, []]);
  });
});

describe('what is told', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('[J6] is every change of a call in its turn of the event loop, and the end once', async () => {
    const house = course();
    house.start('a');
    const states = () => house.told.map(({ runs }) => runs.map(({ state }) => state).join());
    await settle();
    expect(states()).toEqual(['running,waiting']);
    const call = await house.script.nextCall();
    call.say('yes');
    await settle();
    expect(house.told.at(-1)?.runs[0]).toMatchObject({ tokens: 1, firstTokenAt: 0 });
    call.finish();
    await settle();
    expect(states().slice(2)).toEqual(['done,running']);
    await answerNext(house);
    expect(house.told.map(({ state }) => state)).toEqual(['running', 'running', 'running', 'done']);
    expect(house.told.at(-1)).toEqual(house.races.of('anna'));
    expect(house.told[0]?.runs[0]).toMatchObject({ state: 'running', tokens: 0 });
  });

  it('[J6] is never a single token: counts go out twice a second', async () => {
    vi.useFakeTimers();
    const house = course();
    house.start('a');
    const call = await house.script.nextCall();
    call.say('first');
    await vi.advanceTimersByTimeAsync(0);
    const before = house.told.length;
    for (let token = 0; token < 200; token += 1) {
      call.say('more');
      await vi.advanceTimersByTimeAsync(10);
    }
    expect(house.told.length - before).toBeLessThanOrEqual(4);
    expect(house.told.length - before).toBeGreaterThanOrEqual(3);
    expect(house.told.at(-1)?.runs[0]?.tokens).toBeGreaterThan(150);
    house.races.stop('anna');
    await vi.advanceTimersByTimeAsync(0);
    const after = house.told.length;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(house.told.length).toBe(after);
  });

  it('[J7] holds no word of an answer', async () => {
    const house = course();
    house.start('a');
    const call = await house.script.nextCall();
    call.say('canary');
    call.think('canary');
    await settle();
    expect(house.races.of('anna')?.runs[0]?.tokens).toBe(2);
    expect(JSON.stringify([house.told, house.races.of('anna'), house.log.lines])).not.toContain('canary');
  });
});

describe('the last race', () => {
  async function over(house: Course, userId: string): Promise<void> {
    house.races.start(userId, { model, prompts: [userId] });
    house.races.stop(userId);
    await settle(1);
  }

  it('[J7] of a person is kept for an hour', async () => {
    const house = course();
    await over(house, 'anna');
    house.clock.ms = 60 * 60_000 - 1;
    expect(house.races.of('anna')?.prompts).toEqual(['anna']);
    house.clock.ms += 1;
    expect(house.races.of('anna')).toBeNull();
  });

  it('[J7] of two hundred people is kept: who ended first goes first, who ran again stays', async () => {
    const house = course();
    for (let person = 0; person < 200; person += 1) await over(house, `p${person}`);
    await over(house, 'p0');
    await over(house, 'p200');
    const kept = ['p0', 'p1', 'p2', 'p200'].filter((userId) => house.races.of(userId) !== null);
    expect(kept).toEqual(['p0', 'p2', 'p200']);
  });
});
