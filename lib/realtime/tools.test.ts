import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { sending } from '#lib/generation/rehearsal-fixture.ts';
import { Bell, toolset } from '#lib/generation/tools-fixture.ts';
import type { ServerEvent } from '#lib/wire/server-event.ts';
import { MODEL, stage } from './stage-fixture.ts';
import { Viewer } from './viewer.ts';

const callsIn = (events: readonly ServerEvent[]) =>
  events.filter((event) => event.type === 'state' && event.generation.calls !== undefined).length;

/** Two tabs of one person, who has asked something in a chat with this tool. */
async function opened({ tool }: Bell) {
  const house = stage({ tools: [toolset(tool)] });
  const [mine, other] = [new Viewer(), new Viewer()];
  house.enter(mine, 'ann');
  house.enter(other, 'ann');
  const { kind: _kind, ...send } = sending('do it');
  await house.quiesce(mine, other);
  mine.pair.send({ type: 'send', requestId: randomUUID(), ...send, model: MODEL, equip: { tools: ['set'] } });
  await house.quiesce(mine, other);
  mine.watch(send.chatId);
  await house.quiesce(mine, other);
  return { house, mine, other, send, call: await house.models.nextCall() };
}

async function asking() {
  const bell = new Bell('order', true);
  const { house, mine, other, send, call } = await opened(bell);
  other.watch(send.chatId);
  call.callTool({ index: 0, id: 'c', name: 'order', arguments: '{}' });
  call.finish('tool_calls');
  await house.quiesce(mine, other);
  const callId = house.generations.find(send.generationId)?.calls.all[0]?.id ?? '';
  const decide = { type: 'decide' as const, chatId: send.chatId, generationId: send.generationId, callId };
  return { bell, house, mine, other, send, decide };
}

describe('tools over the socket', () => {
  it('[C71] every tab is told of a call, one that comes later too', async () => {
    const { house, mine, other, send } = await asking();
    for (const viewer of [mine, other]) {
      expect(viewer.last('state')?.generation).toMatchObject({ state: { name: 'asking' } });
    }
    const late = new Viewer();
    house.enter(late, 'ann');
    await house.quiesce(late);
    late.watch(send.chatId);
    await house.quiesce(late);
    const shown = late.chats.get(send.chatId)?.messages.at(-1)?.generation;
    expect(shown).toMatchObject({ state: { name: 'asking' }, calls: [{ name: 'order', state: 'asking' }] });
    expect(JSON.stringify(shown)).not.toMatch(/modelId/);
  });

  it('[G36] is decided from any tab of its owner, and by no stranger', async () => {
    const { bell, house, mine, other, decide } = await asking();
    const stranger = new Viewer();
    house.enter(stranger, 'bob');
    await house.quiesce(stranger);
    stranger.pair.send({ ...decide, requestId: randomUUID(), verdict: 'allow' });
    await house.quiesce(stranger);
    expect(stranger.last('refused')).toMatchObject({ code: 'not_running' });
    expect(bell.rings).toHaveLength(0);
    other.pair.send({ ...decide, requestId: randomUUID(), verdict: 'allow' });
    await house.quiesce(mine, other);
    expect(bell.rings).toHaveLength(1);
    expect(mine.last('state')?.generation.calls).toMatchObject([{ state: 'running' }]);
  });

  it('[C74] calls are told again only when they change', async () => {
    const { house, mine, decide } = await asking();
    const before = callsIn(mine.events);
    const generation = house.generations.find(decide.generationId);
    if (generation === null) throw new Error('not running');
    for (const _ of [1, 2, 3]) {
      house.publish.state(generation);
      await house.quiesce(mine);
    }
    expect(callsIn(mine.events)).toBe(before);
    mine.pair.send({ ...decide, requestId: randomUUID(), verdict: 'refuse' });
    await house.quiesce(mine);
    expect(callsIn(mine.events)).toBeGreaterThan(before);
  });

  it('[R25] of several calls only the one that changed is told again, and nothing to who does not watch', async () => {
    const bell = new Bell('bell');
    const { house, mine, other, send, call } = await opened(bell);
    for (const index of [0, 1, 2]) call.callTool({ index, id: `c${index}`, name: 'bell', arguments: '{}' });
    call.finish('tool_calls');
    await house.quiesce(mine, other);
    const before = mine.events.length;
    bell.rings[1]?.answer('x'.repeat(10_000));
    await house.quiesce(mine, other);
    const told = mine.events.slice(before).flatMap((event) => (event.type === 'state' ? [event] : []));
    expect(told.map(({ generation }) => generation.calls?.map(({ state }) => state))).toEqual([['done']]);
    const shown = mine.chats.get(send.chatId)?.messages.at(-1)?.generation?.calls;
    expect(shown?.map(({ state }) => state)).toEqual(['running', 'done', 'running']);
    expect(other.last('state')?.generation.state).toEqual({ name: 'using-tools' });
    expect(callsIn(other.events)).toBe(0);
    house.generations.stop('ann', send.generationId);
    await house.quiesce(mine, other);
    expect(callsIn(other.events)).toBe(0);
    expect(mine.last('state')?.generation.calls).toHaveLength(3);
  });

  it('[R25] who comes back to a chat is told all calls, those that changed meanwhile too', async () => {
    const { bell, house, mine, other, send, decide } = await asking();
    const seen = mine.chats.get(send.chatId);
    mine.pair.send({ type: 'unwatch', chatId: send.chatId });
    await house.quiesce(mine, other);
    other.pair.send({ ...decide, requestId: randomUUID(), verdict: 'allow' });
    await house.quiesce(mine, other);
    expect(bell.rings).toHaveLength(1);
    const before = mine.events.length;
    mine.pair.send({
      type: 'watch',
      chatId: send.chatId,
      revision: seen?.revision ?? 0,
      have: [{ generation: send.generationId, text: 0, reasoning: 0 }],
    });
    await house.quiesce(mine, other);
    expect(mine.events.slice(before).map(({ type }) => type)).toContain('current');
    expect(mine.last('state')?.generation.calls).toMatchObject([{ state: 'running' }]);
  });

  it('[S46] the tools of a chat are its owner’s', async () => {
    const { house, mine, other, send } = await asking();
    mine.pair.send({
      type: 'equip',
      requestId: randomUUID(),
      chatId: send.chatId,
      tools: ['set', 'set', 'x'],
    });
    await house.quiesce(mine, other);
    expect(other.last('chat')?.chat).toMatchObject({ tools: ['set', 'x'] });
    const stranger = new Viewer();
    house.enter(stranger, 'bob');
    await house.quiesce(stranger);
    stranger.pair.send({ type: 'equip', requestId: randomUUID(), chatId: send.chatId, tools: [] });
    await house.quiesce(stranger);
    expect(stranger.last('refused')).toMatchObject({ code: 'not_found' });
  });

  it('[K14] what there is to choose from comes with the welcome', async () => {
    const { mine } = await asking();
    expect(mine.last('tools')?.toolsets).toMatchObject([{ id: 'set', state: 'ready' }]);
  });
});
