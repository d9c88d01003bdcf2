import { v7 as newId } from 'uuid';
import { describe, expect, it } from 'vitest';
import { Checkpoints } from '#lib/generation/checkpoints.ts';
import { Liveness } from '#lib/generation/liveness.ts';
import { memoryChatStore } from '#lib/store/memory-chat-store.ts';
import { MODEL, stage } from './stage-fixture.ts';
import { Viewer } from './viewer.ts';

/** Two people, one chat of the first, its answer open. */
async function twoPeople() {
  const house = stage();
  const anna = new Viewer();
  const ben = new Viewer();
  house.enter(anna, 'anna');
  house.enter(ben, 'ben');
  await house.quiesce(anna, ben);
  const chatId = newId();
  const sent = anna.send(chatId, 'hello', MODEL);
  await house.quiesce(anna, ben);
  anna.watch(chatId);
  await house.quiesce(anna, ben);
  const call = await house.models.nextCall();
  return { house, anna, ben, chatId, sent, call };
}

describe('a viewer', () => {
  it('[R2] gets all text so far in the snapshot, then only what is new', async () => {
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

  it('[R2] whose page was read just before the end still gets all of the text', async () => {
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

  it('[R5] that was cut resumes from where it was, without a snapshot when nothing else changed', async () => {
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

  it('[R5] that missed the end gets a snapshot with all of it', async () => {
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

  it('[R6] that reads nothing is owed no memory; [R7] after 15 s it is told to come back, and the answer goes on', async () => {
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

  it('[G5] that closes stops nothing', async () => {
    const { house, anna, chatId, call } = await twoPeople();
    anna.pair.cut();
    call.say('still here');
    call.finish();
    await house.quiesce();
    const page = await house.store.page('anna', chatId);
    expect(page?.messages.at(-1)).toMatchObject({ text: 'still here' });
  });
});

describe('somebody else', () => {
  it('[R4] receives not one frame of it', async () => {
    const { house, anna, ben, call } = await twoPeople();
    ben.events.length = 0;
    call.say('secret');
    call.finish();
    await house.quiesce(anna, ben);
    expect(ben.events).toEqual([]);
  });

  it('[R4] gets for a foreign chat exactly what an unknown one gets', async () => {
    const { house, anna, ben, chatId, sent, call } = await twoPeople();
    const { generationId, replyId } = sent;
    const ask = async (chat: string, message: string, generation: string) => {
      const request = { requestId: newId(), chatId: chat };
      const fresh = { replyId: newId(), generationId: newId() };
      ben.events.length = 0;
      ben.pair.send({ type: 'watch', chatId: chat });
      ben.pair.send({
        type: 'watch',
        chatId: chat,
        revision: 2,
        have: [{ generation, text: 0, reasoning: 0 }],
      });
      ben.pair.send({ type: 'older', ...request, before: message });
      ben.pair.send({ type: 'stop', ...request, generationId: generation });
      ben.pair.send({ type: 'select', ...request, messageId: message });
      ben.pair.send({ type: 'regenerate', ...request, ...fresh, messageId: message, model: MODEL });
      ben.pair.send({ type: 'continue', ...request, generationId: newId(), messageId: message });
      ben.pair.send({ type: 'edit-follow-up', ...request, messageId: message, text: 'x' });
      ben.pair.send({ type: 'withdraw-follow-up', ...request, messageId: message });
      ben.pair.send({ type: 'release-follow-up', ...request });
      ben.pair.send({ type: 'rename', ...request, title: 'mine now' });
      ben.pair.send({ type: 'read', ...request });
      ben.pair.send({ type: 'restore', ...request });
      ben.pair.send({ type: 'delete', ...request });
      await house.quiesce(anna, ben);
      return ben.events
        .map((event) => (event.type === 'refused' ? [event.code, event.message] : event.type))
        .sort();
    };
    const foreign = await ask(chatId, replyId, generationId);
    const unknown = await ask(newId(), newId(), newId());
    expect(foreign).toEqual(unknown);
    // Fourteen questions, thirteen answers: the second watch takes the place of the first.
    expect(foreign).toHaveLength(13);
    expect(call.aborted).toBe(false);
    expect((await house.store.page('anna', chatId))?.chat.title).toBe('hello');
  });
});

describe('a frame that is not right', () => {
  it('[W2] is refused with what is wrong, and the connection lives on', async () => {
    const house = stage();
    const anna = new Viewer();
    house.enter(anna, 'anna');
    await house.quiesce(anna);
    const requestId = newId();
    const frames = [
      '',
      'null',
      '[]',
      '{"type":"nonsense"}',
      '{"type":"send"}',
      `{"type":"stop","requestId":"${requestId}"}`,
    ];
    anna.pair.toServer.push(...frames, '{"__proto__":{"x":1},"type":"watch","chatId":5}', '['.repeat(10_000));
    await house.quiesce(anna);
    const refusals = anna.events.filter((event) => event.type === 'refused');
    expect(refusals.map(({ code }) => code)).toEqual(Array(8).fill('bad_message'));
    expect(refusals[5]?.requestId).toBe(requestId);
    anna.send(newId(), 'still works', MODEL);
    await house.quiesce(anna);
    expect(anna.last('ack')).toBeDefined();
  });

  it('[W4] of another version closes with a reason to reload', async () => {
    const house = stage();
    const anna = new Viewer();
    house.enter(anna, 'anna');
    anna.pair.toServer.splice(0, 1, '{"type":"hello","protocol":0}');
    await house.quiesce(anna);
    expect(anna.pair.closedWith).toMatchObject({ reason: 'unsupportedVersion' });
  });

  it('[R11] too often ends the connection', async () => {
    const house = stage();
    const anna = new Viewer();
    house.enter(anna, 'anna');
    await house.quiesce(anna);
    anna.pair.toServer.push(...Array(1_000).fill('rubbish'));
    await house.quiesce(anna);
    expect(anna.pair.closedWith).toMatchObject({ reason: 'tooManyMessages' });
  });
});
