import { v7 as newId } from 'uuid';
import { describe, expect, it } from 'vitest';
import { MODEL, stage } from './stage-fixture.ts';
import { Viewer } from './viewer.ts';

/** Somebody who looks at three answers that have just begun. */
async function comparing() {
  const house = stage({ limit: 8 });
  const anna = new Viewer();
  house.enter(anna, 'anna');
  await house.quiesce(anna);
  const chatId = newId();
  const another = () => ({ replyId: newId(), generationId: newId(), model: MODEL });
  const also = [another(), another()];
  const request = { requestId: newId(), messageId: newId(), chatId, ...another(), also };
  anna.pair.send({ type: 'send', ...request, text: 'hello' });
  await house.quiesce(anna);
  anna.watch(chatId);
  await house.quiesce(anna);
  const calls = [...house.models.calls];
  const ids = [request.replyId, ...also.map(({ replyId }) => replyId)];
  const shown = (viewer: Viewer) => {
    const seen = viewer.chats.get(chatId);
    const all = [...(seen?.messages.slice(-1) ?? []), ...(seen?.beside ?? [])];
    return ids.map((id) => all.find((message) => message.id === id)?.text);
  };
  const ask = async (type: 'keep' | 'compare', messageId: string | undefined) => {
    anna.pair.send({ type, requestId: newId(), chatId, messageId: messageId ?? '' });
    await house.quiesce(anna);
  };
  return { house, anna, chatId, calls, ids, shown, ask };
}

describe('a viewer of a comparison', () => {
  it('[R20] gets the text of every answer, as it comes', async () => {
    const { house, anna, calls, shown } = await comparing();
    for (const [at, call] of calls.entries()) call.say(`answer ${at}`);
    await house.quiesce(anna);
    expect(shown(anna)).toEqual(['answer 0', 'answer 1', 'answer 2']);
    for (const call of calls) call.finish();
    await house.quiesce(anna);
    const { beside, messages } = anna.chats.get([...anna.chats.keys()][0] ?? '') ?? {};
    const states = [...(messages?.slice(-1) ?? []), ...(beside ?? [])].map((one) => one.generation?.state);
    expect(states.map((state) => state?.name)).toEqual(['done', 'done', 'done']);
  });

  it('[R20] who comes late gets all so far in the snapshot, then what is new', async () => {
    const { house, anna, chatId, calls, shown } = await comparing();
    for (const [at, call] of calls.entries()) call.say(`answer ${at}`);
    await house.quiesce(anna);
    const late = new Viewer();
    house.enter(late, 'anna');
    await house.quiesce(late);
    late.watch(chatId);
    await house.quiesce(late);
    expect(shown(late)).toEqual(['answer 0', 'answer 1', 'answer 2']);
    for (const call of calls) call.say('!');
    await house.quiesce(anna, late);
    expect(shown(late)).toEqual(['answer 0!', 'answer 1!', 'answer 2!']);
  });

  it('[R21] that was cut goes on from its offsets in every answer, without a snapshot', async () => {
    const { house, anna, calls, shown } = await comparing();
    for (const call of calls) call.say('before ');
    await house.quiesce(anna);
    anna.pair.cut();
    for (const call of calls) call.say('meanwhile ');
    anna.events.length = 0;
    house.enter(anna, 'anna');
    await house.quiesce(anna);
    for (const call of calls) call.say('after');
    await house.quiesce(anna);
    expect(anna.last('path')).toBeUndefined();
    expect(shown(anna)).toEqual(Array(3).fill('before meanwhile after'));
  });

  it('[R22] sees the kept answer alone, in every tab, and what waited goes on below it', async () => {
    const { house, anna, chatId, calls, ids, shown, ask } = await comparing();
    const other = new Viewer();
    house.enter(other, 'anna');
    await house.quiesce(other);
    other.watch(chatId);
    for (const [at, call] of calls.entries()) {
      call.say(`answer ${at}`);
      call.finish();
    }
    await house.quiesce(anna, other);
    anna.send(chatId, 'and then?', MODEL);
    await house.quiesce(anna, other);
    expect(anna.last('ack')).toMatchObject({ held: true });
    await ask('keep', ids[1]);
    await house.quiesce(anna, other);
    expect(shown(other)).toEqual([undefined, undefined, undefined]);
    for (const viewer of [anna, other]) {
      expect(viewer.chats.get(chatId)?.beside).toEqual([]);
      expect(viewer.texts(chatId)).toEqual(['hello', 'answer 1', 'and then?', '']);
    }
  });

  it('[R22] what goes on after another one was kept ends elsewhere', async () => {
    const { house, anna, chatId, calls, ids, ask } = await comparing();
    await ask('keep', ids[0]);
    for (const [at, call] of calls.entries()) {
      call.say(`answer ${at}`);
      call.finish();
    }
    await house.quiesce(anna);
    expect(anna.texts(chatId)).toEqual(['hello', 'answer 0']);
    expect(house.generations.size).toBe(0);
  });

  it('[R23] side by side again shows answers that still run, with all their text', async () => {
    const { house, anna, calls, ids, shown, ask } = await comparing();
    await ask('keep', ids[0]);
    for (const call of calls) call.say('text ');
    await house.quiesce(anna);
    await ask('compare', ids[0]);
    expect(shown(anna)).toEqual(['text ', 'text ', 'text ']);
    for (const call of calls) call.say('more');
    await house.quiesce(anna);
    expect(shown(anna)).toEqual(Array(3).fill('text more'));
  });

  it('[R24] asking for more answers than can stand side by side is refused as a malformed message', async () => {
    const { anna, house, chatId } = await comparing();
    const another = () => ({ replyId: newId(), generationId: newId(), model: MODEL });
    const also = Array.from({ length: 6 }, another);
    const request = { requestId: newId(), messageId: newId(), chatId, ...another(), text: 'x' };
    anna.pair.send({ type: 'send', ...request, also });
    anna.pair.send({ type: 'send', ...request, also: [] });
    await house.quiesce(anna);
    const refused = anna.events.filter((event) => event.type === 'refused');
    expect(refused.map(({ code }) => code)).toEqual(['bad_message', 'bad_message']);
  });
});
