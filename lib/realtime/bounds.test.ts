import { v7 as newId } from 'uuid';
import { describe, expect, it } from 'vitest';
import { settle } from '#lib/generation/rehearsal-fixture.ts';
import { MODEL, stage } from './stage-fixture.ts';
import { twoPeople } from './two-people-fixture.ts';
import { Viewer } from './viewer.ts';

describe('a connection', () => {
  it('[F65] [R6] that takes nothing is let go before what waits for it grows large', async () => {
    const { house, anna, chatId, call } = await twoPeople();
    call.say('x'.repeat(1_000_000));
    await house.quiesce(anna);
    anna.pair.buffered = 1_000_000;
    anna.chats.clear();
    for (let again = 0; again < 20 && anna.pair.closedWith === null; again += 1) {
      anna.watch(chatId);
      anna.pair.deliverToServer();
      await settle(6);
    }
    expect(anna.pair.closedWith).toMatchObject({ reason: 'tooSlow' });
  });

  it('[R6] gets one event, however large', async () => {
    const { house, anna, chatId, call } = await twoPeople();
    call.say('x'.repeat(6_000_000));
    const late = new Viewer();
    house.enter(late, 'anna');
    await house.quiesce(late, anna);
    late.watch(chatId);
    await house.quiesce(late);
    expect(late.texts(chatId).at(-1)).toHaveLength(6_000_000);
  });

  it('[R11] that floods is closed, valid frames among the others or not', async () => {
    const house = stage();
    const anna = new Viewer();
    house.enter(anna, 'anna');
    await house.quiesce(anna);
    for (let second = 0; second < 5 && anna.pair.closedWith === null; second += 1) {
      for (let frame = 0; frame < 2_000; frame += 1)
        anna.pair.toServer.push(frame % 3 ? '{"type":"beat"}' : 'rubbish');
      await house.quiesce(anna);
    }
    expect(anna.pair.closedWith).toMatchObject({ reason: 'tooManyMessages' });
  });

  it('asks for older messages of a chat that it does not watch in vain, and is told', async () => {
    const { house, anna, chatId, sent } = await twoPeople();
    anna.unwatch(chatId);
    const requestId = newId();
    anna.pair.send({ type: 'older', requestId, chatId, before: sent.replyId });
    await house.quiesce(anna);
    expect(anna.last('refused')).toMatchObject({ requestId, code: 'not_found' });
  });
});

describe('a chat that is deleted', () => {
  it('[F49] [G4] leaves no answer running, not even one that was asked for in the same moment', async () => {
    for (let turn = 0; turn < 12; turn += 1) {
      const { house, anna, chatId, call } = await twoPeople();
      anna.send(chatId, 'and another', MODEL);
      anna.pair.deliverToServer();
      for (let wait = 0; wait < turn; wait += 1) await Promise.resolve();
      if (turn % 2) call.finish();
      anna.pair.send({ type: 'delete', requestId: newId(), chatId });
      await house.quiesce(anna);
      expect(house.generations.ofChat(chatId).size).toBe(0);
      expect(house.gate.snapshot()).toMatchObject({ held: 0, waiting: 0 });
    }
  });
});
