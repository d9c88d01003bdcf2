import { describe, expect, it } from 'vitest';
import type { Generation } from '#lib/wire/chat.ts';
import type { ToolCall } from '#lib/wire/tool.ts';
import { fakeGeneration } from './fake-server.ts';
import { reduce } from './reduce.ts';
import { initialState } from './state.ts';
import { withCalls } from './tool-calls.ts';

const call = (state: ToolCall['state']): ToolCall => ({
  id: '0198c0de-0000-7000-8000-000000000001',
  round: 0,
  at: 0,
  name: 'x',
  title: 'X',
  arguments: '{}',
  state,
  result: null,
  changesThings: true,
  startedAt: null,
  endedAt: null,
});

const told = (given: Partial<Generation>): Generation => ({
  ...fakeGeneration({ id: 'g', chatId: 'c', messageId: 'm', model: 'x' }),
  ...given,
});

describe('[C74] calls of a generation', () => {
  it('stay as they were told last until others are told', () => {
    const known = told({ calls: [call('running')] });
    expect(withCalls(told({}), known).calls).toBe(known.calls);
    const next = [call('done')];
    expect(withCalls(told({ calls: next }), known).calls).toBe(next);
    expect(withCalls(told({}), null)).not.toHaveProperty('calls');
  });

  it('[R25] come one by one, and keep their places', () => {
    const [one, two] = [call('running'), { ...call('asking'), id: '0198c0de-0000-7000-8000-000000000002' }];
    const known = told({ calls: [one, two] });
    const three = { ...call('asking'), id: '0198c0de-0000-7000-8000-000000000003', round: 1 };
    const done = { ...one, state: 'done' as const, result: '42' };
    expect(withCalls(told({ calls: [done] }), known).calls).toEqual([done, two]);
    expect(withCalls(told({ calls: [done, three] }), known).calls).toEqual([done, two, three]);
  });

  it('none of them goes on after an ending', () => {
    const ended = told({ state: { name: 'stopped' }, endedAt: 7 });
    const calls = [call('asking'), { ...call('done'), endedAt: 3 }];
    expect(withCalls(ended, told({ calls })).calls).toMatchObject([
      { state: 'stopped', endedAt: 7 },
      { state: 'done', endedAt: 3 },
    ]);
  });

  it('are kept by the state of the page, through states that do not tell them', () => {
    const asking = told({ state: { name: 'asking' }, calls: [call('asking')] });
    const events = [asking, told({ state: { name: 'queued', position: 1, etaMs: null } })];
    const state = events.reduce(
      (before, generation) => reduce(before, { type: 'state', generation, revision: null }, 0),
      initialState,
    );
    expect(state.generations.g).toMatchObject({ state: { name: 'queued' }, calls: [{ state: 'asking' }] });
  });
});
