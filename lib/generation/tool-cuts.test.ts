import { describe, expect, it } from 'vitest';
import { rehearse, sending, settle } from './rehearsal-fixture.ts';
import { asked, Bell, callTools, statesOf, stored, toolset, USER } from './tools-fixture.ts';

describe('an answer that is cut while tools are used', () => {
  it.each([
    ['runs', false, 'running'],
    ['asks', true, 'asking'],
  ])('[G39] while a tool %s is stopped at once', async (_, changes, state) => {
    const bell = new Bell('bell', changes);
    const { rehearsal, send, call } = await asked([bell.tool]);
    callTools(call, ['bell', '{}']);
    await settle();
    expect(statesOf(rehearsal, send.generationId)).toEqual([state]);
    expect(rehearsal.generations.stop(USER, send.generationId)).toBe(true);
    await settle();
    expect(await stored(rehearsal, send.chatId)).toMatchObject({
      state: { name: 'stopped' },
      calls: [{ state: 'stopped', result: null }],
    });
    expect(bell.rings.every(({ signal }) => signal.aborted)).toBe(true);
    expect(rehearsal.models.calls).toHaveLength(1);
  });

  it('[G40] is interrupted when its process dies, and a call that was begun is not made again', async () => {
    const bell = new Bell('order', true);
    const { rehearsal, send, call } = await asked([bell.tool]);
    callTools(call, ['order', '{}']);
    await settle();
    // Another process on the same database finds what the first one left.
    const heir = rehearse({ store: rehearsal.store, owner: 'process-2', tools: [toolset(bell.tool)] });
    const [orphan] = await heir.store.adopt('process-2', { deadAfterMs: 0, alone: true });
    expect(orphan).toMatchObject({ id: send.generationId, hasBegun: true });
    if (orphan !== undefined) heir.generations.bury(orphan);
    await settle();
    expect(await stored(heir, send.chatId)).toMatchObject({
      state: { name: 'interrupted', code: 'server_stopped' },
      calls: [{ state: 'stopped' }],
    });
    expect(bell.rings).toHaveLength(0);
  });

  it('[G40] goes on with what is known of its calls', async () => {
    const bell = new Bell('bell');
    const { rehearsal, send, call } = await asked([bell.tool]);
    callTools(call, ['bell', '{}']);
    await settle();
    rehearsal.generations.stop(USER, send.generationId);
    await settle();
    const on = { kind: 'continue' as const, chatId: send.chatId, messageId: send.replyId };
    await rehearsal.replies.begin(USER, { ...on, generationId: sending('').generationId });
    const next = await rehearsal.models.nextCall();
    expect(next.request.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool']);
    expect(next.request.messages.at(-1)?.content).toMatch(/not known whether it had any effect/);
    next.say('Sorry.');
    next.finish();
    await settle();
    const { text, calls } = await stored(rehearsal, send.chatId);
    expect([text, calls?.length]).toEqual(['Sorry.', 1]);
  });

  it('[G41] a drain does not wait for a person', async () => {
    const bell = new Bell('order', true);
    const { rehearsal, send, call } = await asked([bell.tool]);
    callTools(call, ['order', '{}']);
    await settle();
    await rehearsal.generations.drain(60_000);
    expect(await stored(rehearsal, send.chatId)).toMatchObject({
      state: { name: 'interrupted', code: 'server_stopped' },
      calls: [{ state: 'stopped' }],
    });
  });

  it('[G38] the database being away is waited for before a call is made', async () => {
    const bell = new Bell('bell');
    const { rehearsal, call } = await asked([bell.tool]);
    rehearsal.store.unavailable = true;
    callTools(call, ['bell', '{}']);
    await settle();
    expect(bell.rings).toHaveLength(0);
    rehearsal.store.unavailable = false;
    rehearsal.sleeps[0]?.end();
    await settle();
    expect(bell.rings).toHaveLength(1);
  });
});

describe('a drain', () => {
  it('[G62] does not wait for a person who is asked only after it began', async () => {
    const bell = new Bell('order', true);
    const { rehearsal, send, call } = await asked([bell.tool]);
    call.say('One moment.');
    const drained = rehearsal.generations.drain(60_000);
    await settle();
    callTools(call, ['order', '{}']);
    await settle();
    // Nobody has let the time of the drain pass.
    expect(rehearsal.generations.size).toBe(0);
    await drained;
    expect(await stored(rehearsal, send.chatId)).toMatchObject({
      state: { name: 'interrupted', code: 'server_stopped' },
      calls: [{ state: 'stopped', result: null }],
    });
  });

  it.each([
    ['asked', 'before'],
    ['called', 'after'],
  ])('[G62] lets a tool that runs beside one that is %s finish, and keeps its result', async (_, when) => {
    const [order, bell] = [new Bell('order', true), new Bell('bell')];
    const { rehearsal, send, call } = await asked([order.tool, bell.tool]);
    call.say('One moment.');
    const begin = () => rehearsal.generations.drain(60_000);
    let drained = when === 'after' ? begin() : null;
    callTools(call, ['order', '{}'], ['bell', '{}']);
    await settle();
    drained ??= begin();
    await settle();
    expect(bell.rings[0]?.signal.aborted).toBe(false);
    bell.rings[0]?.answer('ding');
    await drained;
    expect(await stored(rehearsal, send.chatId)).toMatchObject({
      state: { name: 'interrupted', code: 'server_stopped' },
      calls: [{ state: 'stopped' }, { state: 'done', result: 'ding' }],
    });
    expect(order.rings).toHaveLength(0);
  });
});

it('[G63] an answer is over only when no call of it is being stored any more', async () => {
  const [one, two] = [new Bell('one'), new Bell('two')];
  const { rehearsal, send, call } = await asked([one.tool, two.tool]);
  callTools(call, ['one', '{}'], ['two', '{}']);
  await settle();
  const { keepCalls } = rehearsal.store;
  const held = Promise.withResolvers<void>();
  rehearsal.store.keepCalls = async (...asks) => {
    await held.promise;
    return keepCalls(...asks);
  };
  one.rings[0]?.answer('ding');
  await settle();
  rehearsal.generations.stop(USER, send.generationId);
  await settle();
  held.resolve();
  await settle();
  // What every tab was shown is what is stored.
  expect(await stored(rehearsal, send.chatId)).toMatchObject({
    state: { name: 'stopped' },
    calls: [{ state: 'done', result: 'ding' }, { state: 'stopped' }],
  });
});
