import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { decide } from './decide.ts';
import { MODEL, type Rehearsal, rehearse, sending, settle } from './rehearsal-fixture.ts';
import { asked, Bell, callTools, live, statesOf, stored, toolset, USER } from './tools-fixture.ts';

describe('a call that changes things', () => {
  const word = (rehearsal: Rehearsal, generationId: string, verdict: 'allow' | 'chat' | 'refuse', at = 0) => {
    const callId = live(rehearsal, generationId)?.calls.all[at]?.id ?? '';
    return decide(USER, { generationId, callId, verdict }, rehearsal);
  };

  it('[G36] waits for a person, without a permit, and is made when they allow it', async () => {
    const bell = new Bell('order', true);
    const { rehearsal, send, call } = await asked([bell.tool]);
    callTools(call, ['order', '{}']);
    await settle();
    expect(statesOf(rehearsal, send.generationId)).toEqual(['asking']);
    expect(rehearsal.statesOf(send.generationId).at(-1)).toBe('asking');
    expect(rehearsal.gate.snapshot().held).toBe(0);
    expect(bell.rings).toHaveLength(0);
    await word(rehearsal, send.generationId, 'allow');
    await word(rehearsal, send.generationId, 'refuse');
    await settle();
    expect(bell.rings).toHaveLength(1);
    expect((await stored(rehearsal, send.chatId)).calls).toMatchObject([{ state: 'running' }]);
    bell.rings[0]?.answer('W-1');
    const next = await rehearsal.models.nextCall();
    expect(next.request.messages.at(-1)).toMatchObject({ content: 'W-1' });
  });

  it('[G36] that is not allowed is not made, and the model is told', async () => {
    const bell = new Bell('order', true);
    const { rehearsal, send, call } = await asked([bell.tool]);
    callTools(call, ['order', '{}']);
    await settle();
    await word(rehearsal, send.generationId, 'refuse');
    const next = await rehearsal.models.nextCall();
    expect(next.request.messages.at(-1)).toMatchObject({ content: expect.stringMatching(/did not allow/) });
    expect(bell.rings).toHaveLength(0);
  });

  it('[G37] asks no more in a chat that allowed it, and asks in others', async () => {
    const bell = new Bell('order', true);
    const { rehearsal, send, call } = await asked([bell.tool]);
    callTools(call, ['order', '{}'], ['order', '{}']);
    await settle();
    await word(rehearsal, send.generationId, 'chat');
    await settle();
    expect(bell.rings).toHaveLength(2);
    for (const ring of bell.rings) ring.answer('ok');
    (await rehearsal.models.nextCall()).finish('stop');
    await settle();
    await rehearsal.replies.begin(USER, sending('again', send.chatId));
    callTools(await rehearsal.models.nextCall(), ['order', '{}']);
    await settle();
    expect(bell.rings).toHaveLength(3);
    const other = { ...sending('elsewhere'), equip: { tools: ['set'] } };
    await rehearsal.replies.begin(USER, other);
    callTools(await rehearsal.models.nextCall(), ['order', '{}']);
    await settle();
    expect(statesOf(rehearsal, other.generationId)).toEqual(['asking']);
    expect(bell.rings).toHaveLength(3);
  });

  it('[G57] asks in each answer to a message that has several, whatever was allowed for the chat', async () => {
    const bell = new Bell('order', true);
    const { rehearsal, send, call } = await asked([bell.tool], { limit: 8 });
    callTools(call, ['order', '{}']);
    await settle();
    await word(rehearsal, send.generationId, 'chat');
    await settle();
    bell.rings[0]?.answer('ok');
    (await rehearsal.models.nextCall()).finish('stop');
    await settle();
    const ids = { replyId: randomUUID(), generationId: randomUUID() };
    const several = { ...sending('again', send.chatId), also: [{ ...ids, model: MODEL }] };
    await rehearsal.replies.begin(USER, several);
    for (const one of [await rehearsal.models.nextCall(), await rehearsal.models.nextCall()])
      callTools(one, ['order', '{}']);
    await settle();
    expect(bell.rings).toHaveLength(1);
    for (const id of [several.generationId, ids.generationId])
      expect(statesOf(rehearsal, id)).toEqual(['asking']);
  });

  it('[A30] at most a hundred answers of a person wait for their word; others are not hindered', async () => {
    const bell = new Bell('order', true);
    const rehearsal = rehearse({ limit: 200, tools: [toolset(bell.tool)] });
    const begin = (user = USER) => {
      const send = { ...sending('do it'), equip: { tools: ['set'] } };
      return rehearsal.replies.begin(user, send).then(() => send);
    };
    const sends = [];
    for (let at = 0; at < 100; at += 1) sends.push(await begin());
    await settle();
    for (const call of rehearsal.models.calls) callTools(call, ['order', '{}']);
    await settle();
    await expect(begin()).rejects.toMatchObject({ code: 'user_queue_full' });
    await begin('user-2');
    await word(rehearsal, sends[0]?.generationId ?? '', 'refuse');
    await settle();
    await begin();
  });

  it('[G36] is nobody else’s to decide', async () => {
    const bell = new Bell('order', true);
    const { rehearsal, send, call } = await asked([bell.tool]);
    callTools(call, ['order', '{}']);
    await settle();
    const { generationId } = send;
    const callId = live(rehearsal, generationId)?.calls.all[0]?.id ?? '';
    const foreign = decide('user-2', { generationId, callId, verdict: 'allow' }, rehearsal);
    await expect(foreign).rejects.toMatchObject({ code: 'not_running' });
    await settle();
    expect(bell.rings).toHaveLength(0);
  });

  it('[G38] is not made for an answer that another process has taken over', async () => {
    const bell = new Bell('order', true);
    const { rehearsal, send, call } = await asked([bell.tool]);
    callTools(call, ['order', '{}']);
    await settle();
    await rehearsal.store.adopt('process-2', { deadAfterMs: 0, alone: true });
    await word(rehearsal, send.generationId, 'allow');
    await settle();
    expect(bell.rings).toHaveLength(0);
    expect(live(rehearsal, send.generationId)).toBeNull();
  });
});
