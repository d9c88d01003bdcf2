import { describe, expect, it } from 'vitest';
import { memoryChatStore } from '#lib/store/memory-chat-store.ts';
import { Checkpoints } from './checkpoints.ts';
import { Liveness } from './liveness.ts';
import { MODEL, type Rehearsal, rehearse, sending, settle } from './rehearsal-fixture.ts';

const USER = 'user-1';

async function stored(rehearsal: Rehearsal, chatId: string) {
  const page = await rehearsal.store.page(USER, chatId);
  const last = page?.messages.at(-1);
  return { text: last?.text, state: last?.generation?.state, followUps: page?.followUps };
}

describe('a follow-up', () => {
  it('[G14] waits for the answer before it and is sent when that is done', async () => {
    const rehearsal = rehearse();
    const first = sending('one');
    const second = sending('two', first.chatId);
    await rehearsal.replies.begin(USER, first);
    const call = await rehearsal.models.nextCall();
    expect(await rehearsal.replies.begin(USER, second)).toEqual({ held: true });
    call.say('answer one');
    call.finish();
    const next = await rehearsal.models.nextCall();
    expect(next.request.messages.map(({ content }) => content)).toEqual(['one', 'answer one', 'two']);
  });

  it('[G14] stays when the answer before it was stopped', async () => {
    const rehearsal = rehearse();
    const first = sending('one');
    await rehearsal.replies.begin(USER, first);
    await rehearsal.models.nextCall();
    const second = sending('two', first.chatId);
    await rehearsal.replies.begin(USER, second);
    rehearsal.generations.stop(USER, first.generationId);
    await settle();
    expect((await stored(rehearsal, first.chatId)).followUps).toMatchObject([{ text: 'two' }]);
    expect(await rehearsal.replies.release(USER, first.chatId)).toBe(false);
    expect(await rehearsal.replies.release(USER, first.chatId, second.messageId)).toBe(true);
    expect((await rehearsal.models.nextCall()).request.messages.at(-1)?.content).toBe('two');
  });
});

describe('going on', () => {
  it('[G10] continues at the end of the text that is there', async () => {
    const rehearsal = rehearse();
    const send = sending('count');
    await rehearsal.replies.begin(USER, send);
    const call = await rehearsal.models.nextCall();
    call.say('one two ');
    rehearsal.generations.stop(USER, send.generationId);
    await settle();
    const generationId = crypto.randomUUID();
    await rehearsal.replies.begin(USER, {
      kind: 'continue',
      chatId: send.chatId,
      messageId: send.replyId,
      generationId,
    });
    const second = await rehearsal.models.nextCall();
    expect(second.request.messages[1]).toEqual({ role: 'assistant', content: 'one two ' });
    second.say('three');
    second.finish();
    await settle();
    expect(await stored(rehearsal, send.chatId)).toMatchObject({
      text: 'one two three',
      state: { name: 'done' },
    });
  });
});

describe('a process that goes', () => {
  async function died() {
    const store = memoryChatStore();
    const before = rehearse({ store, owner: 'dead', limit: 1 });
    const begun = sending('begun');
    const waiting = sending('waiting');
    await before.replies.begin(USER, begun);
    (await before.models.nextCall()).say('half');
    await before.replies.begin(USER, waiting);
    await settle();
    const checkpoints = new Checkpoints({
      store,
      live: () => before.generations.all(),
      owner: 'dead',
      log: before.log,
      clock: Date.now,
    });
    await checkpoints.keep();
    return { store, begun, waiting, before };
  }

  async function next(store: Rehearsal['store']) {
    const after = rehearse({ store, owner: 'new' });
    await new Liveness({ ...after, owner: 'new', alone: true }).start();
    await settle();
    return after;
  }

  it('[F79] [G12] leaves begun answers interrupted with their text, and unbegun ones start by themselves', async () => {
    const { store, begun, waiting } = await died();
    const after = await next(store);
    expect(await stored(after, begun.chatId)).toMatchObject({
      text: 'half',
      state: { name: 'interrupted', code: 'server_stopped' },
    });
    const call = await after.models.nextCall();
    expect(call.request.messages).toEqual([{ role: 'user', content: 'waiting' }]);
    call.say('late');
    call.finish();
    await settle();
    expect(await stored(after, waiting.chatId)).toMatchObject({ text: 'late', state: { name: 'done' } });
  });

  it('[G12] waits for a model that the next process has not found yet', async () => {
    const { store, waiting } = await died();
    const after = rehearse({ store, owner: 'new' });
    after.models.offer();
    await new Liveness({ ...after, owner: 'new', alone: true }).start();
    await settle();
    expect(after.statesOf(waiting.generationId).at(-1)).toBe('retrying');
    after.models.offer(MODEL);
    after.sleeps[0]?.end();
    (await after.models.nextCall()).finish();
  });

  it('[F83] [G3] cannot end what another process has taken over', async () => {
    const { store, begun, before } = await died();
    const after = await next(store);
    before.generations.stop(USER, begun.generationId);
    await settle();
    expect(await stored(after, begun.chatId)).toMatchObject({ state: { name: 'interrupted' } });
  });

  it('[F80] [G13] drains: refuses new work, lets the begun finish, leaves the rest queued', async () => {
    const rehearsal = rehearse({ limit: 1 });
    const begun = sending('begun');
    const waiting = sending('waiting');
    await rehearsal.replies.begin(USER, begun);
    const call = await rehearsal.models.nextCall();
    call.say('almost');
    await rehearsal.replies.begin(USER, waiting);
    await settle();
    rehearsal.replies.drain();
    const drained = rehearsal.generations.drain(60_000);
    await expect(rehearsal.replies.begin(USER, sending('late'))).rejects.toMatchObject({ code: 'draining' });
    call.say(' done');
    call.finish();
    await drained;
    expect(await stored(rehearsal, begun.chatId)).toMatchObject({
      text: 'almost done',
      state: { name: 'done' },
    });
    expect(await stored(rehearsal, waiting.chatId)).toMatchObject({ state: { name: 'queued' } });
    expect(rehearsal.generations.size).toBe(0);
  });

  it('[F81] [G13] marks what does not finish in time as interrupted', async () => {
    const rehearsal = rehearse();
    const send = sending('endless');
    await rehearsal.replies.begin(USER, send);
    (await rehearsal.models.nextCall()).say('for ever and');
    const drained = rehearsal.generations.drain(60_000);
    await settle();
    rehearsal.sleeps[0]?.end();
    await drained;
    expect(await stored(rehearsal, send.chatId)).toMatchObject({
      text: 'for ever and',
      state: { name: 'interrupted', code: 'server_stopped' },
    });
  });

  it('[G4] while it drains, what waits can still be stopped, and the next process does not begin it', async () => {
    const rehearsal = rehearse({ limit: 1 });
    await rehearsal.replies.begin(USER, sending('begun'));
    const call = await rehearsal.models.nextCall();
    const waiting = sending('waiting');
    await rehearsal.replies.begin(USER, waiting);
    await settle();
    const drained = rehearsal.generations.drain(60_000);
    await settle();
    expect(rehearsal.generations.stop(USER, waiting.generationId)).toBe(true);
    call.finish();
    await drained;
    expect(await stored(rehearsal, waiting.chatId)).toMatchObject({ state: { name: 'stopped' } });
  });

  it('[G13] takes nothing over once it drains', async () => {
    const { store } = await died();
    const after = rehearse({ store, owner: 'new' });
    const liveness = new Liveness({ ...after, owner: 'new', alone: true });
    liveness.drain();
    await liveness.look();
    expect(after.generations.size).toBe(0);
  });
});

describe('a heartbeat', () => {
  function house() {
    const time = { now: 0 };
    const store = memoryChatStore({ now: () => time.now });
    const rehearsal = rehearse({ store, owner: 'me' });
    const liveness = new Liveness({ ...rehearsal, owner: 'me', alone: true });
    return { time, store, rehearsal, liveness };
  }

  it('[G1] finds what was stored although the answer of the store got lost, and makes it', async () => {
    const { time, store, rehearsal, liveness } = house();
    await liveness.look();
    const send = sending('hello');
    const { begin } = store;
    store.begin = async (...asked) => {
      await begin(...asked);
      throw new Error('the connection broke');
    };
    await expect(rehearsal.replies.begin(USER, send)).rejects.toThrow('broke');
    store.begin = begin;
    await liveness.look();
    expect(rehearsal.models.calls).toHaveLength(0);
    time.now = 61_000;
    await liveness.look();
    const call = await rehearsal.models.nextCall();
    call.say('late');
    call.finish();
    await settle();
    expect(await stored(rehearsal, send.chatId)).toMatchObject({ text: 'late', state: { name: 'done' } });
  });

  it('[G14] sends follow-ups whose moment was missed', async () => {
    const { store, rehearsal, liveness } = house();
    const first = sending('one');
    await rehearsal.replies.begin(USER, first);
    const call = await rehearsal.models.nextCall();
    await rehearsal.replies.begin(USER, sending('two', first.chatId));
    const { releaseFollowUp } = store;
    store.releaseFollowUp = () => Promise.reject(new Error('the connection broke'));
    call.finish();
    await settle();
    store.releaseFollowUp = releaseFollowUp;
    await liveness.look();
    expect((await rehearsal.models.nextCall()).request.messages.at(-1)?.content).toBe('two');
  });
});
