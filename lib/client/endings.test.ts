import { describe, expect, it } from 'vitest';
import type { ServerEvent } from '#lib/wire/server-event.ts';
import { chatId, fakeDelta, fakeId, fakePath, fakeSummary, running } from './fake-events.ts';
import { fakeGeneration } from './fake-server.ts';
import { reduce } from './reduce.ts';
import { type ClientState, initialState } from './state.ts';

const watching: ClientState = { ...initialState, watched: { [chatId]: true } };
const done = fakeGeneration({ ...running, state: { name: 'done', finish: 'stop' }, endedAt: 9 });

function given(state: ClientState, ...events: ServerEvent[]): ClientState {
  return events.reduce((next, event) => reduce(next, event, 1_000), state);
}

function ending(revision: number | null, generation = done): ServerEvent {
  return { type: 'state', generation, revision };
}

describe('endings', () => {
  it('[C5] the text that has arrived becomes the text of the message', () => {
    const state = given(watching, fakePath(), fakeDelta(0, 'Hello'), ending(6));
    expect(state.paths[chatId]?.messages[1]).toMatchObject({
      text: 'Hello',
      generation: { state: { name: 'done' } },
    });
    expect(state.paths[chatId]?.revision).toBe(6);
    expect(state.texts).toEqual({});
    expect(state.generations[running.id]).toEqual(done);
  });

  it('[C5] a path that is not kept up to date does not take partial text for the whole', () => {
    const cached = given(watching, fakePath(), fakeDelta(0, 'Hel'));
    const path = { ...(cached.paths[chatId] ?? expect.fail()), live: false };
    const state = given({ ...cached, paths: { [chatId]: path } }, ending(6));
    expect(state.paths[chatId]?.messages[1]?.generation?.state.name).toBe('streaming');
    expect(state.paths[chatId]?.revision).toBe(5);
  });

  it('[C5] an ending after a gap, of a dead server, or without a revision asks for everything', () => {
    const dead = fakeGeneration({ ...done, state: { name: 'interrupted', code: 'server_stopped' } });
    expect(given(watching, fakePath(), fakeDelta(3, 'lo'), ending(6)).stale).toEqual({ [chatId]: 'whole' });
    expect(given(watching, fakePath(), ending(6, dead)).stale).toEqual({ [chatId]: 'whole' });
    expect(given(watching, fakePath(), ending(null)).stale).toEqual({ [chatId]: 'whole' });
  });

  it('[C5] nothing follows an ending', () => {
    const before = given(watching, fakePath(), ending(6));
    expect(given(before, { type: 'state', generation: running, revision: null })).toBe(before);
    expect(given(before, ending(6)).paths).toBe(before.paths);
  });

  it('[C7] an answer of a chat that nobody shows is known while it runs and dropped when it ends', () => {
    const during = given(initialState, { type: 'state', generation: running, revision: null });
    expect(Object.keys(during.generations)).toEqual([running.id]);
    expect(given(during, ending(6)).generations).toEqual({});
  });

  it('[C7] a retry says when, on the clock of this machine', () => {
    const generation = fakeGeneration({
      ...running,
      state: { name: 'retrying', attempt: 2, inMs: 500, code: 'upstream_reset' },
    });
    const state = given(initialState, { type: 'state', generation, revision: null });
    expect(state.dueAt).toEqual({ [running.id]: 1_500 });
    expect(given(state, { type: 'state', generation: running, revision: null }).dueAt).toEqual({});
  });

  it('[C28] an estimate of the queue says when, and goes with the news that has none', () => {
    const queued = (etaMs: number | null): ServerEvent => {
      const generation = fakeGeneration({ ...running, state: { name: 'queued', position: 2, etaMs } });
      return { type: 'state', generation, revision: null };
    };
    const state = given(initialState, queued(9_000));
    expect(state.dueAt).toEqual({ [running.id]: 10_000 });
    expect(given(state, queued(4_000)).dueAt).toEqual({ [running.id]: 5_000 });
    expect(given(state, queued(null)).dueAt).toEqual({});
  });
});

describe('chats', () => {
  const welcome: ServerEvent = {
    type: 'welcome',
    protocol: 1,
    userId: 'user-1',
    models: [],
    defaultModel: '',
    chats: [fakeSummary()],
    generations: [],
  };

  it('[C8] welcome replaces chats and unfinished answers; finished ones of shown paths stay', () => {
    const other = fakeGeneration({ id: fakeId(51), chatId: fakeId(2), messageId: fakeId(21) });
    const gone = fakeSummary({ id: fakeId(2) });
    const before = given(watching, fakePath(), ending(6), { type: 'chat', chat: gone });
    const busy = given(before, { type: 'state', generation: other, revision: null });
    const state = given(busy, welcome);
    expect(Object.keys(state.chats)).toEqual([chatId]);
    expect(Object.keys(state.generations)).toEqual([running.id]);
    expect(state.paths[chatId]?.live).toBe(false);
  });

  it('[F60] [C8] text of an answer that has not begun, says welcome, is not trusted', () => {
    const requeued = fakeGeneration({
      ...running,
      state: { name: 'queued', position: 1, etaMs: null },
      firstTokenAt: null,
    });
    const before = given(watching, fakePath(), fakeDelta(0, 'Hello'));
    expect(given(before, { ...welcome, generations: [requeued] }).stale).toEqual({ [chatId]: 'whole' });
    expect(given(before, { ...welcome, generations: [running] }).stale).toEqual({});
  });

  it('[C8] somebody else’s welcome leaves nothing of the one before', () => {
    const before = { ...given(watching, welcome, fakePath(), ending(6)), userId: 'user-0' };
    const state = given(before, { ...welcome, chats: [] });
    expect(state).toMatchObject({ chats: {}, paths: {}, texts: {}, generations: {} });
  });

  it('[C8] a chat that is gone says so, and comes back when it is restored', () => {
    const lost = given(watching, fakePath(), fakeDelta(0, 'x'), { type: 'chat-gone', chatId });
    expect(lost).toMatchObject({
      chats: {},
      texts: {},
      generations: {},
      paths: { [chatId]: { phase: 'gone' } },
    });
    const restored = given(lost, { type: 'chat', chat: fakeSummary() });
    expect(restored).toMatchObject({
      paths: { [chatId]: { phase: 'loading' } },
      stale: { [chatId]: 'whole' },
    });
  });
});
