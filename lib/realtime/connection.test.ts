import { v7 as newId } from 'uuid';
import { describe, expect, it } from 'vitest';
import { Checkpoints } from '#lib/generation/checkpoints.ts';
import { Liveness } from '#lib/generation/liveness.ts';
import { memoryChatStore } from '#lib/store/memory-chat-store.ts';
import { MODEL, stage } from './stage-fixture.ts';
import { twoPeople } from './two-people-fixture.ts';
import { Viewer } from './viewer.ts';

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
