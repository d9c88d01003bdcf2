import { v7 as newId } from 'uuid';
import { describe, expect, it } from 'vitest';
import { Checkpoints } from '#lib/generation/checkpoints.ts';
import { Liveness } from '#lib/generation/liveness.ts';
import { memoryChatStore } from '#lib/store/memory-chat-store.ts';
import { MODEL, stage } from './stage-fixture.ts';
import { twoPeople } from './two-people-fixture.ts';
import { Viewer } from './viewer.ts';

describe('a viewer', () => {
  it('[F59] [R2] gets all text so far in the snapshot, then only what is new', async () => {
    const { house, anna, chatId, call } = await twoPeople();
    call.say('one ');
    await house.quiesce(anna);
    const late = new Viewer();
    house.enter(late, 'anna');
    await house.quiesce(late);
    late.watch(chatId);
    await house.quiesce(late);
    expect(late.texts(chatId)).toEqual(['hello', 'one ']);
    call.say('two');
    call.finish();
    await house.quiesce(anna, late);
    expect(late.texts(chatId)).toEqual(['hello', 'one two']);
    expect(anna.texts(chatId)).toEqual(['hello', 'one two']);
  });

  it('[T5] who comes when there is text already is shown its first frame by the snapshot', async () => {
    const { house, anna, chatId, call } = await twoPeople();
    const frames = () => house.meter.hops.filter(({ hop }) => hop === 'first_frame');
    anna.unwatch(chatId);
    await house.quiesce(anna);
    call.say('one ');
    await house.quiesce(anna);
    expect(frames()).toHaveLength(0);
    anna.watch(chatId);
    await house.quiesce(anna);
    expect(anna.texts(chatId)).toEqual(['hello', 'one ']);
    expect(frames()).toHaveLength(1);
  });

  it('[F59] [R2] whose page was read just before the end still gets all of the text', async () => {
    const { house, chatId, call } = await twoPeople();
    const late = new Viewer();
    house.enter(late, 'anna');
    await house.quiesce(late);
    const { page } = house.store;
    const read = Promise.withResolvers<void>();
    house.store.page = async (...asked) => {
      const found = await page(...asked);
      house.store.page = page;
      await read.promise;
      return found;
    };
    late.watch(chatId);
    await house.quiesce(late);
    call.say('the whole answer');
    call.finish();
    await house.quiesce(late);
    read.resolve();
    await house.quiesce(late);
    expect(late.texts(chatId)).toEqual(['hello', 'the whole answer']);
  });

  it('[F57] [R5] that was cut resumes from where it was, without a snapshot when nothing else changed', async () => {
    const { house, anna, chatId, call } = await twoPeople();
    call.say('before ');
    await house.quiesce(anna);
    anna.pair.cut();
    call.say('meanwhile ');
    anna.events.length = 0;
    house.enter(anna, 'anna');
    await house.quiesce(anna);
    call.say('after');
    await house.quiesce(anna);
    expect(anna.last('current')).toBeDefined();
    expect(anna.last('path')).toBeUndefined();
    expect(anna.texts(chatId)).toEqual(['hello', 'before meanwhile after']);
  });

  it.each([
    ['of the future', { text: 1_000_000, reasoning: 9 }],
    ['of 2^53 - 1', { text: Number.MAX_SAFE_INTEGER, reasoning: Number.MAX_SAFE_INTEGER }],
    ['inside a surrogate pair', { text: 1, reasoning: 0 }],
  ])(
    '[F61] [R5] that says a position %s gets what follows on it, or nothing, and all of the end',
    async (_name, have) => {
      const { house, anna, chatId, sent, call } = await twoPeople();
      call.say('\u{1F30A} wave');
      await house.quiesce(anna);
      const { revision = 0 } = anna.chats.get(chatId) ?? {};
      anna.events.length = 0;
      const asked = [{ generation: sent.generationId, ...have }];
      anna.pair.send({ type: 'watch', chatId, revision, have: asked });
      anna.chats.clear();
      await house.quiesce(anna);
      call.finish();
      await house.quiesce(anna);
      const deltas = anna.events.filter((event) => event.type === 'delta');
      expect(deltas.map(({ text }) => text).join('')).toBe('\u{1F30A} wave'.slice(have.text));
      expect(anna.last('state')).toMatchObject({ generation: { state: { name: 'done' } } });
      anna.watch(chatId);
      await house.quiesce(anna);
      expect(anna.texts(chatId)).toEqual(['hello', '\u{1F30A} wave']);
    },
  );

  it.each(['-1', '0.5', 'null', '1e400', '9007199254740993', '"7"'])(
    '[F61] [W2] that says %s for a position is refused, and goes on',
    async (position) => {
      const { house, anna, chatId, sent, call } = await twoPeople();
      const have = `[{"generation":"${sent.generationId}","text":${position},"reasoning":0}]`;
      anna.pair.toServer.push(`{"type":"watch","chatId":"${chatId}","revision":1,"have":${have}}`);
      await house.quiesce(anna);
      expect(anna.last('refused')).toMatchObject({ code: 'bad_message' });
      call.say('still here');
      call.finish();
      await house.quiesce(anna);
      expect(anna.texts(chatId)).toEqual(['hello', 'still here']);
    },
  );

  it('[F61] [R4] that names an answer of another chat, or of somebody else, hears nothing of it', async () => {
    const { house, anna, ben, chatId, sent, call } = await twoPeople();
    const other = newId();
    const own = ben.send(other, 'of ben', MODEL);
    await house.quiesce(anna, ben);
    ben.events.length = 0;
    for (const generation of [sent.generationId, own.generationId, newId()]) {
      const have = [{ generation, text: 0, reasoning: 0 }];
      ben.pair.send({ type: 'watch', chatId: other, revision: 1, have });
      await house.quiesce(anna, ben);
    }
    ben.pair.send({ type: 'watch', chatId, revision: 1, have: [] });
    call.say('secret of anna');
    await house.quiesce(anna, ben);
    expect(ben.last('refused')).toMatchObject({ code: 'not_found' });
    expect(JSON.stringify(ben.events)).not.toContain('secret');
    expect(JSON.stringify(ben.events)).not.toContain(sent.generationId);
  });

  it('[F43] [G4] that stops an answer which is over is told so, and the one after it goes on', async () => {
    const { house, anna, chatId, sent, call } = await twoPeople();
    call.finish();
    await house.quiesce(anna);
    anna.send(chatId, 'next', MODEL);
    await house.quiesce(anna);
    const next = await house.models.nextCall();
    anna.pair.send({ type: 'stop', requestId: newId(), chatId, generationId: sent.generationId });
    await house.quiesce(anna);
    expect(anna.last('refused')).toMatchObject({ code: 'not_running' });
    expect(next.aborted).toBe(false);
  });

  it('[F62] [F63] [R5] that missed the end gets a snapshot with all of it', async () => {
    const { house, anna, chatId, call } = await twoPeople();
    call.say('before ');
    await house.quiesce(anna);
    anna.pair.cut();
    call.say('and after');
    call.finish();
    await house.quiesce();
    house.enter(anna, 'anna');
    await house.quiesce(anna);
    expect(anna.texts(chatId)).toEqual(['hello', 'before and after']);
    expect(anna.last('path')?.messages.at(-1)?.generation?.state.name).toBe('done');
  });

  it('[R3] learns of an ending after the last of the text, also when it reads slowly', async () => {
    const { house, anna, chatId, call } = await twoPeople();
    anna.pair.buffered = 1_000_000;
    call.say('x'.repeat(300_000));
    call.finish();
    await house.quiesce(anna);
    expect(anna.texts(chatId).at(-1)).toBe('');
    anna.pair.buffered = 0;
    for (let flush = 0; flush < 5; flush += 1) await house.quiesce(anna);
    const types = anna.events
      .filter(({ type }) => type === 'delta' || type === 'state')
      .map(({ type }) => type);
    expect(anna.texts(chatId).at(-1)).toHaveLength(300_000);
    expect(types.at(-1)).toBe('state');
  });

  it('[F65] [R6] that reads nothing is owed no memory; [R7] after 15 s it is told to come back, and the answer goes on', async () => {
    const { house, anna, chatId, call } = await twoPeople();
    anna.pair.buffered = 1_000_000;
    for (let second = 0; second < 20; second += 1) {
      call.say('more ');
      house.time.now += 1_000;
      house.wheel.tick();
    }
    expect(anna.pair.closedWith).toMatchObject({ reason: 'tooSlow' });
    expect(anna.pair.toClient).toHaveLength(0);
    expect(house.generations.ofChat(chatId).size).toBe(1);
  });

  it('[G12] sees answers of a dead process taken over: the begun end, the others start', async () => {
    const store = memoryChatStore({ now: () => wall.now });
    const wall = { now: 0 };
    const dying = stage({ store, owner: 'dying', limit: 1 });
    await store.beat('dying');
    const ids = { requestId: newId(), kind: 'send' as const, model: MODEL };
    const fresh = () => ({ chatId: newId(), messageId: newId(), replyId: newId(), generationId: newId() });
    const [begun, waiting] = [fresh(), fresh()];
    await dying.replies.begin('anna', { ...ids, ...begun, text: 'begun' });
    (await dying.models.nextCall()).say('half');
    await new Checkpoints({
      store,
      live: () => dying.generations.all(),
      owner: 'dying',
      log: dying.log,
      clock: () => 0,
    }).keep();
    await dying.replies.begin('anna', { ...ids, ...waiting, text: 'waiting' });
    const house = stage({ store, owner: 'heir' });
    const anna = new Viewer();
    house.enter(anna, 'anna');
    await house.quiesce(anna);
    anna.watch(begun.chatId);
    anna.watch(waiting.chatId);
    await house.quiesce(anna);
    wall.now = 31_000;
    await new Liveness({ ...house, publish: house.audience, owner: 'heir', alone: false }).look();
    const call = await house.models.nextCall();
    await house.quiesce(anna);
    call.say('late answer');
    call.finish();
    await house.quiesce(anna);
    expect(anna.texts(waiting.chatId)).toEqual(['waiting', 'late answer']);
    expect(anna.texts(begun.chatId)).toEqual(['begun', 'half']);
    const states = [begun, waiting].map(
      ({ chatId }) => anna.chats.get(chatId)?.messages.at(-1)?.generation?.state.name,
    );
    expect(states).toEqual(['interrupted', 'done']);
  });

  it('[F48] [G5] that closes stops nothing', async () => {
    const { house, anna, chatId, call } = await twoPeople();
    anna.pair.cut();
    call.say('still here');
    call.finish();
    await house.quiesce();
    const page = await house.store.page('anna', chatId);
    expect(page?.messages.at(-1)).toMatchObject({ text: 'still here' });
  });
});
