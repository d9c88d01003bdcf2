import { describe, expect, it } from 'vitest';
import { UpstreamFailure } from '#lib/upstream/model.ts';
import { type Rehearsal, rehearse, sending, settle } from './rehearsal-fixture.ts';

const USER = 'user-1';

async function stored(rehearsal: Rehearsal, chatId: string) {
  const page = await rehearsal.store.page(USER, chatId);
  const last = page?.messages.at(-1);
  return { text: last?.text, state: last?.generation?.state, followUps: page?.followUps };
}

describe('an answer', () => {
  it('[G1] is stored with its question before anything is asked of the model', async () => {
    const rehearsal = rehearse();
    const send = sending('hello');
    await rehearsal.replies.begin(USER, send);
    const page = await rehearsal.store.page(USER, send.chatId);
    expect(page?.messages.map(({ id }) => id)).toEqual([send.messageId, send.replyId]);
  });

  it('[G3] ends done with its whole text, shown in every state on the way', async () => {
    const rehearsal = rehearse();
    const send = sending('hello');
    await rehearsal.replies.begin(USER, send);
    const call = await rehearsal.models.nextCall();
    expect(call.request.messages).toEqual([{ role: 'user', content: 'hello' }]);
    call.think('hm');
    call.say('Good ');
    call.say('day');
    call.finish('stop', { tokensIn: 3, tokensOut: 2 });
    await settle();
    expect(await stored(rehearsal, send.chatId)).toMatchObject({
      text: 'Good day',
      state: { name: 'done', finish: 'stop' },
    });
    const expected = ['queued', 'connecting', 'thinking', 'streaming', 'done'];
    expect(rehearsal.statesOf(send.generationId)).toEqual(expected);
    expect(rehearsal.generations.size).toBe(0);
    expect(rehearsal.gate.snapshot().held).toBe(0);
  });

  it('[F38] [G2] asked for twice is made once, also while the first is under way', async () => {
    const rehearsal = rehearse();
    const send = sending('hello');
    await Promise.all([rehearsal.replies.begin(USER, send), rehearsal.replies.begin(USER, send)]);
    await rehearsal.replies.begin(USER, send);
    await settle();
    expect(rehearsal.models.calls).toHaveLength(1);
  });

  it('[F40] [G2] that is stored already is not refused, however full the queue and whatever became of the model', async () => {
    const rehearsal = rehearse({ limit: 1, maxWaitingPerUser: 1 });
    const [first, waiting] = [sending('first'), sending('second')];
    await rehearsal.replies.begin(USER, first);
    (await rehearsal.models.nextCall()).finish();
    await settle();
    await rehearsal.replies.begin(USER, sending('running'));
    await rehearsal.replies.begin(USER, waiting);
    await settle();
    const late = sending('one too many');
    await expect(rehearsal.replies.begin(USER, late)).rejects.toMatchObject({ code: 'user_queue_full' });
    for (const again of [first, waiting]) {
      expect(await rehearsal.replies.begin(USER, again)).toEqual({ held: false });
    }
    rehearsal.models.offer();
    expect(await rehearsal.replies.begin(USER, first)).toEqual({ held: false });
    await expect(rehearsal.replies.begin(USER, late)).rejects.toMatchObject({ code: 'unknown_model' });
    expect(rehearsal.models.calls).toHaveLength(2);
  });

  it('[G3] is stored without its numbers rather than not at all', async () => {
    const rehearsal = rehearse();
    const send = sending('hello');
    const { end } = rehearsal.store;
    rehearsal.store.end = (owner, ended) =>
      ended.tokensIn === null ? end(owner, ended) : Promise.reject(new Error('integer out of range'));
    await rehearsal.replies.begin(USER, send);
    const call = await rehearsal.models.nextCall();
    call.say('all of it');
    call.finish('stop', { tokensIn: 3e9, tokensOut: 1 });
    await settle();
    rehearsal.sleeps[0]?.end();
    await settle();
    expect(await stored(rehearsal, send.chatId)).toMatchObject({
      text: 'all of it',
      state: { name: 'done' },
    });
  });

  it('[F103] [G16] is not over before its ending is stored', async () => {
    const rehearsal = rehearse();
    const send = sending('hello');
    await rehearsal.replies.begin(USER, send);
    const call = await rehearsal.models.nextCall();
    call.say('all of it');
    rehearsal.store.unavailable = true;
    call.finish();
    await settle();
    expect(rehearsal.statesOf(send.generationId)).not.toContain('done');
    rehearsal.store.unavailable = false;
    rehearsal.sleeps[0]?.end();
    await settle();
    expect(await stored(rehearsal, send.chatId)).toMatchObject({
      text: 'all of it',
      state: { name: 'done' },
    });
  });
});

describe('a crowd', () => {
  it('[A13] is turned away at the bounds of the queue also when it comes all at once', async () => {
    const rehearsal = rehearse({ limit: 1, maxWaitingPerUser: 3 });
    const asked = Array.from({ length: 30 }, () => rehearsal.replies.begin(USER, sending('x')));
    const admitted = (await Promise.allSettled(asked)).filter(({ status }) => status === 'fulfilled');
    await settle();
    expect(admitted.length).toBeLessThanOrEqual(4);
    expect(rehearsal.gate.snapshot().waiting).toBeLessThanOrEqual(3);
  });

  it('[F34] [A13] is counted also while its prompts are being read', async () => {
    const rehearsal = rehearse({ limit: 1, maxWaitingPerUser: 3 });
    const read = Promise.withResolvers<void>();
    const { history } = rehearsal.store;
    rehearsal.store.history = (...asked) => read.promise.then(() => history(...asked));
    const admitted: boolean[] = [];
    for (let turn = 0; turn < 10; turn += 1) {
      const begun = rehearsal.replies.begin(USER, sending('x'));
      admitted.push(await begun.then(() => true).catch(() => false));
    }
    read.resolve();
    await settle();
    expect(admitted.filter(Boolean)).toHaveLength(3);
    expect(rehearsal.gate.snapshot().waiting).toBeLessThanOrEqual(3);
  });
});

describe('a failing upstream', () => {
  const overloaded = () => new UpstreamFailure('upstream_error', { retryable: true });

  it('[F4] [F8] [G6] is tried again before the first delta, with the permit free while it waits', async () => {
    const rehearsal = rehearse({ limit: 1 });
    const send = sending('hello');
    await rehearsal.replies.begin(USER, send);
    (await rehearsal.models.nextCall()).fail(overloaded());
    await settle();
    expect(rehearsal.statesOf(send.generationId).at(-1)).toBe('retrying');
    expect(rehearsal.gate.snapshot().held).toBe(0);
    rehearsal.sleeps[0]?.end();
    const second = await rehearsal.models.nextCall();
    second.say('now');
    second.finish();
    await settle();
    expect(await stored(rehearsal, send.chatId)).toMatchObject({ text: 'now', state: { name: 'done' } });
  });

  it('[F10] [F18] [G6] is not tried again after the first delta; [G7] the text is kept and the answer interrupted', async () => {
    const rehearsal = rehearse();
    const send = sending('hello');
    await rehearsal.replies.begin(USER, send);
    const call = await rehearsal.models.nextCall();
    call.say('half an ans');
    call.fail(overloaded());
    await settle();
    expect(rehearsal.models.calls).toHaveLength(1);
    expect(await stored(rehearsal, send.chatId)).toMatchObject({
      text: 'half an ans',
      state: { name: 'interrupted', code: 'upstream_error' },
    });
  });

  it('[F2] [G6] waits at least as long as the upstream asked', async () => {
    const rehearsal = rehearse();
    await rehearsal.replies.begin(USER, sending('hello'));
    const asked = new UpstreamFailure('upstream_error', { retryable: true, retryAfterMs: 7_000 });
    (await rehearsal.models.nextCall()).fail(asked);
    await settle();
    expect(rehearsal.sleeps[0]?.ms).toBeGreaterThanOrEqual(7_000);
  });

  it('[F4] [F5] [G6] fails after four attempts, and at once when another try is pointless', async () => {
    const rehearsal = rehearse();
    const patient = sending('a');
    await rehearsal.replies.begin(USER, patient);
    for (let attempt = 0; attempt < 4; attempt += 1) {
      (await rehearsal.models.nextCall()).fail(overloaded());
      await settle();
      rehearsal.sleeps[0]?.end();
    }
    expect(await stored(rehearsal, patient.chatId)).toMatchObject({ state: { name: 'failed' } });
    const wrong = sending('b');
    await rehearsal.replies.begin(USER, wrong);
    (await rehearsal.models.nextCall()).fail(new UpstreamFailure('upstream_auth'));
    await settle();
    expect(await stored(rehearsal, wrong.chatId)).toMatchObject({
      state: { name: 'failed', code: 'upstream_auth' },
    });
    expect(rehearsal.models.calls).toHaveLength(5);
  });

  it('[G8] gives every permit back, however its calls end', async () => {
    const rehearsal = rehearse({ limit: 1 });
    const failures = [overloaded(), new UpstreamFailure('upstream_auth'), new Error('a bug of ours')];
    for (const failure of failures) {
      const send = sending('x');
      await rehearsal.replies.begin(USER, send);
      (await rehearsal.models.nextCall()).fail(failure);
      await settle();
      rehearsal.generations.stop(USER, send.generationId);
      await settle();
    }
    expect(rehearsal.gate.snapshot()).toMatchObject({ held: 0, waiting: 0 });
    expect(rehearsal.generations.size).toBe(0);
  });
});
