import { v7 as newId } from 'uuid';
import { describe, expect, it } from 'vitest';
import { MODEL, stage } from './stage-fixture.ts';
import { twoPeople } from './two-people-fixture.ts';
import { Viewer } from './viewer.ts';

describe('somebody else', () => {
  it('[F112] [R4] receives not one frame of it', async () => {
    const { house, anna, ben, call } = await twoPeople();
    ben.events.length = 0;
    call.say('secret');
    call.finish();
    await house.quiesce(anna, ben);
    expect(ben.events).toEqual([]);
  });

  it('[F112] [F113] [R4] gets for a foreign chat exactly what an unknown one gets', async () => {
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
      ben.pair.send({ type: 'keep', ...request, messageId: message });
      ben.pair.send({ type: 'compare', ...request, messageId: message });
      ben.pair.send({ type: 'regenerate', ...request, ...fresh, messageId: message, model: MODEL });
      ben.pair.send({ type: 'continue', ...request, generationId: newId(), messageId: message });
      ben.pair.send({ type: 'edit-follow-up', ...request, messageId: message, text: 'x' });
      ben.pair.send({ type: 'withdraw-follow-up', ...request, messageId: message });
      ben.pair.send({ type: 'release-follow-up', ...request, messageId: message });
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
    // Sixteen questions, fifteen answers: the second watch takes the place of the first.
    expect(foreign).toHaveLength(15);
    expect(call.aborted).toBe(false);
    expect((await house.store.page('anna', chatId))?.chat.title).toBe('hello');
  });
});

describe('a frame that is not right', () => {
  it('[F76] [F157] [W2] is refused with what is wrong, and the connection lives on', async () => {
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

  it('[F76] [W4] of another version closes with a reason to reload', async () => {
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
