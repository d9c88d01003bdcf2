import { describe, expect, it } from 'vitest';
import { sending, settle } from '#lib/generation/rehearsal-fixture.ts';
import { MODEL, stage } from './stage-fixture.ts';
import { twoPeople } from './two-people-fixture.ts';
import { Viewer } from './viewer.ts';

describe('the flow feed', () => {
  it('[R15] tells everybody how full the gate is, after the welcome and when it changes', async () => {
    const house = stage({ limit: 1 });
    const anna = new Viewer();
    house.enter(anna, 'anna');
    await house.quiesce(anna);
    expect(anna.last('gate')).toEqual({ type: 'gate', limit: 1, held: 0, waiting: 0 });
    await house.replies.begin('ben', sending('of ben'));
    await house.replies.begin('ben', sending('of ben too'));
    await settle();
    house.feed.tick();
    await house.quiesce(anna);
    expect(anna.last('gate')).toMatchObject({ held: 1, waiting: 1 });
    const told = anna.events.length;
    house.feed.tick();
    await house.quiesce(anna);
    expect(anna.events).toHaveLength(told);
  });

  it('[R15] brings the five minutes before, then a moment at a time, until it is turned off', async () => {
    const house = stage();
    house.feed.tick();
    house.feed.tick();
    const anna = new Viewer();
    house.enter(anna, 'anna');
    anna.pair.send({ type: 'flow', on: true });
    await house.quiesce(anna);
    anna.pair.send({ type: 'flow', on: true });
    await house.quiesce(anna);
    expect(anna.last('flow')?.past).toHaveLength(2);
    house.feed.tick();
    await house.quiesce(anna);
    expect(anna.last('flow')?.past).toBeUndefined();
    anna.pair.send({ type: 'flow', on: false });
    await house.quiesce(anna);
    const told = anna.events.length;
    house.feed.tick();
    await house.quiesce(anna);
    expect(anna.events).toHaveLength(told);
  });

  it('[R4] names the answers of the one who looks, and of nobody else', async () => {
    const { house, anna, ben, call } = await twoPeople();
    call.say('of anna');
    house.feed.tick();
    for (const viewer of [anna, ben]) viewer.pair.send({ type: 'flow', on: true });
    await house.quiesce(anna, ben);
    expect(anna.last('flow')?.flow.mine).toHaveLength(1);
    expect(ben.last('flow')?.flow.mine).toEqual([]);
    expect(ben.last('flow')?.flow.lanes[0]).toMatchObject({ lane: MODEL, held: 1 });
  });
});

describe('stop-all', () => {
  it('[G4] stops every answer of the one who asks, waiting ones too, and none of others', async () => {
    const { house, anna, ben, call } = await twoPeople();
    for (const text of ['one', 'two', 'three']) await house.replies.begin('anna', sending(text));
    await house.replies.begin('ben', sending('of ben'));
    await settle();
    anna.pair.send({ type: 'stop-all', requestId: '01a1fe94-c570-70a5-abe3-1825c3049a48' });
    await house.quiesce(anna, ben);
    expect(anna.last('ack')).toBeDefined();
    expect([...house.generations.ofUser('anna')]).toEqual([]);
    expect([...house.generations.ofUser('ben')]).toHaveLength(1);
    expect(call.aborted).toBe(true);
  });
});

describe('a race', () => {
  it('[R4] is shown to the one who runs it, in every tab, and to nobody else', async () => {
    const { house, anna, ben } = await twoPeople();
    const other = new Viewer();
    house.enter(other, 'anna');
    await house.quiesce(other);
    const requestId = '01a1fe94-c570-70a5-abe3-1825c3049a48';
    anna.pair.send({ type: 'race', requestId, model: MODEL, prompts: ['one', 'two'] });
    await house.quiesce(anna, other, ben);
    expect(other.last('race')?.race).toMatchObject({ state: 'running', prompts: ['one', 'two'] });
    expect(ben.last('race')).toBeUndefined();
    anna.pair.send({ type: 'stop-race', requestId });
    await house.quiesce(anna, other);
    expect(other.last('race')?.race?.state).toBe('stopped');
    expect(house.gate.snapshot().waitingByUser.size).toBe(0);
  });
});
