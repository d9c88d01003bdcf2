import { describe, expect, it } from 'vitest';
import { UpstreamFailure } from '#lib/upstream/model.ts';
import { MODEL, rehearse, sending, settle } from './rehearsal-fixture.ts';

const USER = 'user-1';

const tooMany = (retryAfterMs: number | null = 2_000) =>
  new UpstreamFailure('upstream_rate_limited', { retryable: true, retryAfterMs });
const fault = () => new UpstreamFailure('upstream_error', { retryable: true });

describe('an upstream that has enough', () => {
  it('[F1] [G17] closes the lane: nobody calls before it may, and whoever was turned away goes on by itself', async () => {
    const house = rehearse({ limit: 4 });
    const [first, second] = [sending('a'), sending('b')];
    await house.replies.begin(USER, first);
    (await house.models.nextCall()).fail(tooMany());
    await settle();
    await house.replies.begin(USER, second);
    await house.pass(1_999);
    expect(house.models.calls).toHaveLength(1);
    expect(house.statesOf(first.generationId).at(-1)).toBe('retrying');
    expect(house.gate.snapshot().held).toBe(0);
    await house.pass(1);
    const again = await house.models.nextCall();
    again.say('now');
    again.finish();
    await settle();
    expect(house.statesOf(first.generationId).at(-1)).toBe('done');
    await settle();
    expect(house.models.calls).toHaveLength(3);
  });

  it('[F1] [G17] shows the countdown to the moment when the lane opens', async () => {
    const house = rehearse();
    const send = sending('a');
    await house.replies.begin(USER, send);
    (await house.models.nextCall()).fail(tooMany(7_000));
    await settle();
    expect(house.generations.find(send.generationId)?.state).toEqual({
      name: 'retrying',
      attempt: 1,
      inMs: 7_000,
      code: 'upstream_rate_limited',
    });
  });

  it('[G17] uses up no try, however often it says so', async () => {
    const house = rehearse();
    const send = sending('a');
    await house.replies.begin(USER, send);
    for (let turn = 0; turn < 20; turn += 1) {
      (await house.models.nextCall()).fail(tooMany());
      await settle();
      await house.pass(2_000);
    }
    const call = await house.models.nextCall();
    expect(house.generations.find(send.generationId)?.attempts).toBe(1);
    call.say('at last');
    call.finish();
    await settle();
    expect(house.statesOf(send.generationId).at(-1)).toBe('done');
  });

  it('[F2] [G17] that names a time beyond the waiting fails at once, with its code', async () => {
    const house = rehearse({ queueMs: 10_000 });
    const send = sending('a');
    await house.replies.begin(USER, send);
    (await house.models.nextCall()).fail(tooMany(86_400_000));
    await settle();
    expect((await house.store.page(USER, send.chatId))?.messages.at(-1)?.generation?.state).toEqual({
      name: 'failed',
      code: 'upstream_rate_limited',
    });
    await house.pass(60_000);
    expect(house.models.calls).toHaveLength(1);
    expect(house.gate.snapshot()).toMatchObject({ held: 0, waiting: 0 });
  });

  it('[F9] [G17] that does not begin in time closes the lane too, and that is a try', async () => {
    const house = rehearse();
    const send = sending('a');
    await house.replies.begin(USER, send);
    for (let turn = 0; turn < 4; turn += 1) {
      (await house.models.nextCall()).fail(new UpstreamFailure('upstream_timeout', { retryable: true }));
      await settle();
      expect(house.gate.snapshot().lanes[0]?.closedUntil).not.toBeNull();
      await house.pass(60_000);
    }
    expect((await house.store.page(USER, send.chatId))?.messages.at(-1)?.generation?.state).toEqual({
      name: 'failed',
      code: 'upstream_timeout',
    });
  });

  it('[F3] [G17] because the quota is used up fails at once, and leaves the lane open', async () => {
    const house = rehearse();
    const send = sending('a');
    await house.replies.begin(USER, send);
    (await house.models.nextCall()).fail(new UpstreamFailure('upstream_quota'));
    await settle();
    expect(house.statesOf(send.generationId).at(-1)).toBe('failed');
    expect(house.gate.snapshot().lanes[0]?.closedUntil).toBeNull();
  });

  it('[F37] [G4] whoever waits for it to open can be stopped at once, and no call follows', async () => {
    const house = rehearse();
    const send = sending('a');
    await house.replies.begin(USER, send);
    (await house.models.nextCall()).fail(tooMany());
    await settle();
    house.generations.stop(USER, send.generationId);
    await settle();
    expect(house.statesOf(send.generationId).at(-1)).toBe('stopped');
    await house.pass(10_000);
    expect(house.models.calls).toHaveLength(1);
  });

  it('[A24] takes one call at first, then more with every success', async () => {
    const house = rehearse({ limit: 8 });
    const sends = Array.from({ length: 8 }, (_, at) => sending(`q${at}`));
    for (const send of sends) await house.replies.begin(USER, send);
    for (let at = 0; at < 8; at += 1) (await house.models.nextCall()).fail(tooMany());
    await settle();
    await house.pass(2_000);
    expect(house.gate.snapshot().held).toBe(1);
    (await house.models.nextCall()).say('one');
    await settle();
    expect(house.gate.snapshot().held).toBe(2);
  });

  it('[A19] gives back all tokens of a call that was turned away', async () => {
    const house = rehearse();
    const used: (number | null)[] = [];
    house.gate.on((event) => event.type === 'released' && used.push(event.tokens));
    await house.replies.begin(USER, sending('a'));
    (await house.models.nextCall()).fail(tooMany());
    await settle();
    expect(used).toEqual([0]);
  });

  it('[G17] in the middle of an answer cuts that answer, and closes nothing', async () => {
    const house = rehearse();
    const send = sending('a');
    await house.replies.begin(USER, send);
    const call = await house.models.nextCall();
    call.say('half');
    call.fail(tooMany());
    await settle();
    expect(house.statesOf(send.generationId).at(-1)).toBe('interrupted');
    expect(house.gate.snapshot().lanes[0]?.closedUntil).toBeNull();
  });
});

describe('repeats', () => {
  it('[G18] are at an end for all when the lane has spent them', async () => {
    const house = rehearse({ limit: 1 });
    const fail = async (text: string) => {
      const before = house.models.calls.length;
      const send = sending(text);
      await house.replies.begin(USER, send);
      while (house.generations.find(send.generationId) !== null) {
        (await house.models.nextCall()).fail(fault());
        await settle();
        house.sleeps[0]?.end();
        await settle();
      }
      return house.models.calls.length - before;
    };
    const calls: number[] = [];
    for (let turn = 0; turn < 12; turn += 1) calls.push(await fail(`question ${turn}`));
    expect(calls.slice(0, 6)).toEqual([4, 4, 4, 4, 4, 4]);
    // Twenty to begin with, and one more for every five calls.
    expect(calls.reduce((sum, count) => sum + count - 1, 0)).toBeLessThan(30);
    expect(calls.at(-1)).toBeLessThan(4);
  });
});

describe('waiting', () => {
  it('[G20] longer than is configured ends as queue_timeout, and others go on', async () => {
    const house = rehearse({ limit: 1, queueMs: 10_000 });
    const [first, second] = [sending('a'), sending('b')];
    await house.replies.begin(USER, first);
    const call = await house.models.nextCall();
    await house.replies.begin(USER, second);
    await settle();
    await house.pass(10_001);
    const page = await house.store.page(USER, second.chatId);
    expect(page?.messages.at(-1)?.generation?.state).toEqual({ name: 'failed', code: 'queue_timeout' });
    call.finish();
    await settle();
    expect(house.statesOf(first.generationId).at(-1)).toBe('done');
    expect(house.models.calls).toHaveLength(1);
  });

  it('[G21] for the prompt holds no permit', async () => {
    const house = rehearse({ limit: 1 });
    const { history } = house.store;
    const read = Promise.withResolvers<void>();
    house.store.history = async (...asked) => {
      await read.promise;
      return history(...asked);
    };
    await house.replies.begin(USER, sending('a'));
    await settle();
    expect(house.gate.snapshot()).toMatchObject({ held: 0, waiting: 0 });
    read.resolve();
    await house.models.nextCall();
    expect(house.gate.snapshot().held).toBe(1);
  });

  it('[G21] takes the estimate from the tokens of the lane, and gives back what was not used', async () => {
    const house = rehearse();
    house.gate.setLaneRates(MODEL, { tokensPerMinute: 1_000 });
    await house.replies.begin(USER, sending('four words in here'));
    const call = await house.models.nextCall();
    const left = () => house.gate.snapshot().lanes[0]?.tokens?.left ?? 0;
    expect(left()).toBeLessThan(700);
    call.say('hi');
    call.finish('stop', { tokensIn: 8, tokensOut: 2 });
    await settle();
    expect(left()).toBe(990);
  });
});
