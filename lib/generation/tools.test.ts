import { describe, expect, it } from 'vitest';
import { ToolFault } from '#lib/tools/tool.ts';
import { UpstreamFailure } from '#lib/upstream/model.ts';
import { rehearse, sending, settle } from './rehearsal-fixture.ts';
import { asked, Bell, callTools, live, stored, USER } from './tools-fixture.ts';

describe('an answer with tools', () => {
  it('[G30] [G31] makes the calls of a turn at once, and is asked again with their results in call order', async () => {
    const [one, two] = [new Bell('one'), new Bell('two')];
    const { rehearsal, send, call } = await asked([one.tool, two.tool], {}, 'Be brief.');
    expect(call.request.messages).toEqual([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'do it' },
    ]);
    expect(call.request.settings?.tools).toMatchObject([
      { function: { name: 'one' } },
      { function: { name: 'two' } },
    ]);
    call.say('Let me see.');
    callTools(call, ['one', '{"n":1}'], ['two', '']);
    await settle();
    expect([one.rings.length, two.rings.length]).toEqual([1, 1]);
    expect(one.rings[0]?.args).toEqual({ n: 1 });
    expect(rehearsal.gate.snapshot().held).toBe(0);
    two.rings[0]?.answer('second');
    one.rings[0]?.answer('first');
    const next = await rehearsal.models.nextCall();
    expect(next.request.messages.slice(2)).toEqual([
      {
        role: 'assistant',
        content: 'Let me see.',
        tool_calls: [
          { id: 'call_0', type: 'function', function: { name: 'one', arguments: '{"n":1}' } },
          { id: 'call_1', type: 'function', function: { name: 'two', arguments: '{}' } },
        ],
      },
      { role: 'tool', tool_call_id: 'call_0', content: 'first' },
      { role: 'tool', tool_call_id: 'call_1', content: 'second' },
    ]);
    next.say('All done.');
    next.finish('stop', { tokensIn: 20, tokensOut: 5 });
    await settle();
    expect(await stored(rehearsal, send.chatId)).toMatchObject({
      text: 'Let me see.\n\nAll done.',
      state: { name: 'done', finish: 'stop' },
      calls: [
        { name: 'one', at: 11, round: 0, state: 'done', result: 'first' },
        { name: 'two', at: 11, round: 0, state: 'done', result: 'second' },
      ],
    });
    const page = await rehearsal.store.page(USER, send.chatId);
    expect(page?.messages.at(-1)?.generation).toMatchObject({ tokensIn: 30, tokensOut: 6 });
    expect(rehearsal.statesOf(send.generationId)).toContain('using-tools');
  });

  it('[G31] of six calls at most four run at once', async () => {
    const bell = new Bell('bell');
    const { call } = await asked([bell.tool]);
    callTools(call, ...Array.from({ length: 6 }, () => ['bell', '{}'] as [string, string]));
    await settle();
    expect(bell.rings).toHaveLength(4);
    bell.rings[2]?.answer('x');
    await settle();
    expect(bell.rings).toHaveLength(5);
  });

  it('[G32] takes no more than sixteen calls of a turn', async () => {
    const bell = new Bell('bell');
    const { rehearsal, send, call } = await asked([bell.tool]);
    callTools(call, ...Array.from({ length: 40 }, () => ['bell', '{}'] as [string, string]));
    await settle();
    expect(live(rehearsal, send.generationId)?.calls.all).toHaveLength(16);
  });

  it('[G32] has to answer without tools when its rounds are used up', async () => {
    const bell = new Bell('bell');
    const { rehearsal, send, call } = await asked([bell.tool], { toolRounds: 2 });
    expect(call.request.settings?.tool_choice).toBeUndefined();
    callTools(call, ['bell', '{}']);
    await settle();
    bell.rings[0]?.answer('ding');
    const last = await rehearsal.models.nextCall();
    expect(last.request.settings?.tool_choice).toBe('none');
    callTools(last, ['bell', '{}']);
    await settle();
    expect(bell.rings).toHaveLength(1);
    expect((await stored(rehearsal, send.chatId)).state).toEqual({ name: 'done', finish: 'tool_calls' });
  });

  it.each([
    ['no JSON', 'bell', '{"n":', /not JSON/],
    ['no object', 'bell', '[1]', /JSON object/],
    ['arguments that do not fit', 'bell', '{"n":"x"}', /do not fit. n: /],
    ['an unknown tool', 'gong', '{}', /no tool named "gong". There are: bell/],
    ['arguments without end', 'bell', `{"n":${' '.repeat(20_000)}1}`, /too long/],
  ])('[G33] %s is told the model, and nothing is called', async (_, name, args, says) => {
    const bell = new Bell('bell');
    const { rehearsal, call } = await asked([bell.tool]);
    callTools(call, [name, args]);
    const next = await rehearsal.models.nextCall();
    expect(next.request.messages.at(-1)).toMatchObject({
      role: 'tool',
      content: expect.stringMatching(says),
    });
    expect(bell.rings).toHaveLength(0);
  });

  it.each([
    ['a fault of the tool', new ToolFault('no such city'), 'no such city'],
    [
      'a bug of the tool',
      new TypeError('secret path'),
      'The tool had an error of its own and gave no result.',
    ],
  ])('[G33] %s is a result', async (_, error, says) => {
    const bell = new Bell('bell');
    const { rehearsal, call } = await asked([bell.tool]);
    callTools(call, ['bell', '{}']);
    await settle();
    bell.rings[0]?.fail(error);
    const next = await rehearsal.models.nextCall();
    expect(next.request.messages.at(-1)).toMatchObject({ content: says });
  });

  it('[G33] a call that takes too long is left, also when it does not listen', async () => {
    const bell = new Bell('bell');
    const { rehearsal, send, call } = await asked([bell.tool]);
    callTools(call, ['bell', '{}']);
    await settle();
    const clock = rehearsal.sleeps.find(({ ms }) => ms === 30_000);
    clock?.end();
    const next = await rehearsal.models.nextCall();
    expect(next.request.messages.at(-1)).toMatchObject({ content: 'No result within 30 s.' });
    expect(bell.rings[0]?.signal.aborted).toBe(true);
    bell.rings[0]?.answer('too late');
    await settle();
    expect(live(rehearsal, send.generationId)?.calls.all).toMatchObject([{ state: 'timed-out' }]);
  });

  it('[G34] a result that is too long is cut, and says so', async () => {
    const bell = new Bell('bell');
    const { rehearsal, call } = await asked([bell.tool]);
    callTools(call, ['bell', '{}']);
    await settle();
    bell.rings[0]?.answer('x'.repeat(50_000));
    const next = await rehearsal.models.nextCall();
    const content = String(next.request.messages.at(-1)?.content);
    expect(content.length).toBeLessThanOrEqual(16_000);
    expect(content).toMatch(/\[cut: 34100 of 50000 characters are left out\]$/);
  });

  it('[G64] the results of an answer are bounded together, and so are the arguments of a turn', async () => {
    const tool = { ...new Bell('bell').tool, call: async () => 'x'.repeat(20_000) };
    const { rehearsal, send, call } = await asked([tool], { toolRounds: 4 });
    const written = `{"n":1${' '.repeat(14_000)}}`;
    let next = call;
    for (const _ of [1, 2, 3]) {
      callTools(next, ...Array.from({ length: 16 }, () => ['bell', written] as [string, string]));
      next = await rehearsal.models.nextCall();
    }
    const calls = live(rehearsal, send.generationId)?.calls.all ?? [];
    const sum = (lengths: number[]) => lengths.reduce((all, one) => all + one, 0);
    expect(calls).toHaveLength(48);
    expect(sum(calls.map(({ result }) => result?.length ?? 0))).toBeLessThanOrEqual(256_000 + 48 * 500);
    expect(sum(calls.map((one) => one.arguments.length))).toBeLessThanOrEqual(3 * 64_000);
    expect(calls.at(-1)?.result).toMatch(/are left out\]$|not JSON/);
  });

  it('[G35] a model call after tools is tried again before its first piece, and the tools are not', async () => {
    const bell = new Bell('bell');
    const { rehearsal, send, call } = await asked([bell.tool]);
    callTools(call, ['bell', '{}']);
    await settle();
    bell.rings[0]?.answer('ding');
    const failing = await rehearsal.models.nextCall();
    failing.fail(new UpstreamFailure('upstream_reset', { retryable: true }));
    await settle();
    rehearsal.sleeps.find(({ ms }) => ms < 30_000)?.end();
    const next = await rehearsal.models.nextCall();
    expect(next.request.messages.at(-1)).toMatchObject({ role: 'tool', content: 'ding' });
    next.say('ok');
    next.finish();
    await settle();
    expect(bell.rings).toHaveLength(1);
    expect(await stored(rehearsal, send.chatId)).toMatchObject({ text: 'ok', state: { name: 'done' } });
  });

  it('[G35] a model call after tools that breaks off is not replayed', async () => {
    const bell = new Bell('bell');
    const { rehearsal, send, call } = await asked([bell.tool]);
    callTools(call, ['bell', '{}']);
    await settle();
    bell.rings[0]?.answer('ding');
    const next = await rehearsal.models.nextCall();
    next.say('half');
    next.fail(new UpstreamFailure('upstream_reset', { retryable: true }));
    await settle();
    const { state, calls } = await stored(rehearsal, send.chatId);
    expect(state).toEqual({ name: 'interrupted', code: 'upstream_reset' });
    expect(calls).toMatchObject([{ state: 'done', result: 'ding' }]);
  });
});

it('[G42] a chat without tools asks as before, and calls that a model makes up are dropped', async () => {
  const rehearsal = rehearse();
  const send = sending('hello');
  await rehearsal.replies.begin(USER, send);
  const call = await rehearsal.models.nextCall();
  expect(call.request).toEqual({ messages: [{ role: 'user', content: 'hello' }] });
  callTools(call, ['bell', '{}']);
  await settle();
  expect(await stored(rehearsal, send.chatId)).toMatchObject({
    state: { name: 'done', finish: 'tool_calls' },
    calls: undefined,
  });
});
