import { describe, expect, it } from 'vitest';
import { settle } from '#lib/generation/rehearsal-fixture.ts';
import { UpstreamFailure } from '#lib/upstream/model.ts';
import { answerNext, atRest, course, model } from './race-fixture.ts';

describe('a stop', () => {
  it('[J4] in the first half closes the open call, and no other is made', async () => {
    const house = course();
    house.start('a', 'b');
    const call = await house.script.nextCall();
    house.races.stop('anna');
    expect(call.aborted).toBe(true);
    await settle();
    expect(house.states()).toEqual(Array(4).fill('stopped'));
    expect(house.script.calls).toHaveLength(1);
    expect(house.races.of('anna')).toMatchObject({ state: 'stopped', oneByOneMs: null, speedUp: null });
    atRest(house);
  });

  it('[J4] in the second half ends the waiting and the open in the same tick', async () => {
    const house = course({ limit: 2 });
    house.start('a', 'b', 'c');
    for (let call = 0; call < 3; call += 1) await answerNext(house);
    expect(house.gate.snapshot()).toMatchObject({ held: 2, waiting: 1 });
    house.races.stop('anna');
    expect(house.gate.snapshot().waiting).toBe(0);
    expect(house.script.calls.slice(3).map(({ aborted }) => aborted)).toEqual([true, true]);
    await settle();
    expect(house.races.of('anna')).toMatchObject({ state: 'stopped', atOnceMs: null, speedUp: null });
    expect(house.states()).toEqual([...Array(3).fill('done'), ...Array(3).fill('stopped')]);
    expect(house.script.calls).toHaveLength(5);
    atRest(house);
  });

  it('[J4] just after the permit opens no call', async () => {
    const house = course({ limit: 1 });
    const holder = { id: 'x', lane: model, user: 'ben', class: 'interactive' as const };
    const permit = await house.gate.acquire({ ...holder, signal: new AbortController().signal });
    house.start('a');
    permit.release();
    house.races.stop('anna');
    await settle();
    expect(house.script.calls).toEqual([]);
    expect(house.races.of('anna')?.runs[0]).toMatchObject({ state: 'stopped', startedAt: null });
    atRest(house);
  });

  it('[J4] is refused when nothing runs', async () => {
    const house = course();
    const refused = expect.objectContaining({ code: 'not_running' });
    expect(() => house.races.stop('anna')).toThrow(refused);
    house.start('a');
    house.races.stop('anna');
    await settle();
    expect(() => house.races.stop('anna')).toThrow(refused);
    house.start('b');
    expect(house.races.of('anna')?.prompts).toEqual(['b']);
  });

  it('[J8] of the process ends all races, and no new one is taken', async () => {
    const house = course();
    house.start('a');
    house.races.start('ben', { model, prompts: ['b'] });
    await settle();
    await house.races.drain();
    atRest(house);
    expect([house.races.of('anna')?.state, house.races.of('ben')?.state]).toEqual(['stopped', 'stopped']);
    expect(() => house.start('c')).toThrow(expect.objectContaining({ code: 'draining' }));
  });
});

describe('a failure', () => {
  it.each([0, 1])('[J5] after %i words is not tried again, and stops the rest', async (words) => {
    const house = course();
    house.start('a', 'b');
    await answerNext(house);
    await answerNext(house);
    const [first, second] = [await house.script.nextCall(), await house.script.nextCall()];
    if (words === 1) first.say('well');
    first.fail(new UpstreamFailure('upstream_error', { retryable: true }));
    await settle();
    expect(second.aborted).toBe(true);
    expect(house.script.calls).toHaveLength(4);
    expect(house.races.of('anna')).toMatchObject({ state: 'failed', atOnceMs: null, speedUp: null });
    expect(house.races.of('anna')?.runs.slice(2)).toMatchObject([
      { state: 'failed', code: 'upstream_error', tokens: words },
      { state: 'stopped', code: null },
    ]);
    atRest(house);
  });

  it('[J5] for too many calls closes the lane before the permit is given back', async () => {
    const house = course({ limit: 1 });
    house.start('a');
    const later = house.gate.acquire({
      id: 'reply',
      lane: model,
      user: 'ben',
      class: 'interactive',
      signal: new AbortController().signal,
    });
    const failure = { retryable: true, retryAfterMs: 7_000 };
    (await house.script.nextCall()).fail(new UpstreamFailure('upstream_rate_limited', failure));
    await settle();
    expect(house.races.of('anna')?.runs[0]?.code).toBe('upstream_rate_limited');
    const kinds = house.events.map(({ type }) => type);
    expect(kinds.indexOf('closed')).toBeLessThan(kinds.indexOf('released'));
    expect(house.events.find(({ type }) => type === 'released')).toMatchObject({ tokens: 0 });
    expect(house.gate.snapshot()).toMatchObject({ held: 0, waiting: 1 });
    house.clock.ms += 7_000;
    house.gate.wake();
    (await later).release();
  });

  it('[J5] of the first token opens a throttled lane again, once per call', async () => {
    const house = course({ limit: 4 });
    house.gate.throttled(model, { retryAfterMs: 1 });
    house.clock.ms += 1;
    house.gate.wake();
    const working = () => house.gate.snapshot().lanes.find(({ lane }) => lane === model)?.reopening;
    expect(working()).toBe(1);
    house.start('a');
    const call = await house.script.nextCall();
    call.say('yes');
    call.say('yes');
    expect(working()).not.toBe(1);
    call.finish();
  });

  it('[J5] to get a turn is one too', async () => {
    const house = course({ limit: 1, maxWaiting: 1 });
    const signal = new AbortController().signal;
    const reply = { lane: model, user: 'ben', class: 'interactive' as const, signal };
    const held = await house.gate.acquire({ ...reply, id: 'x' });
    house.start('a');
    house.gate.close();
    await settle();
    expect(house.races.of('anna')?.runs).toMatchObject([
      { state: 'failed', code: 'server_stopped', startedAt: null },
      { state: 'stopped', askedAt: null },
    ]);
    held.release();
    atRest(house);
  });

  it('[J5] to get into the queue is one too', async () => {
    const house = course({ limit: 1, maxWaiting: 1 });
    house.start('a', 'b', 'c');
    for (let call = 0; call < 3; call += 1) await answerNext(house);
    expect(house.states()?.slice(3)).toEqual(['stopped', 'stopped', 'failed']);
    expect(house.races.of('anna')?.runs.at(-1)?.code).toBe('queue_timeout');
    atRest(house);
  });

  it('[J5] that nobody foresaw is logged and told as ours', async () => {
    const house = course();
    house.start('a');
    (await house.script.nextCall()).fail(new Error('surprise'));
    await settle();
    expect(house.races.of('anna')?.runs[0]).toMatchObject({ state: 'failed', code: 'server_error' });
    expect(house.log.lines).toMatchObject([{ level: 'error', message: 'race failed' }]);
  });
});
