import { describe, expect, it } from 'vitest';
import type { ServerEvent } from '#lib/wire/server-event.ts';
import { chatId, fakeDelta, fakeId, fakeMessage, fakePath, running } from './fake-events.ts';
import { fakeGeneration } from './fake-server.ts';
import { reduce } from './reduce.ts';
import { type ClientState, initialState } from './state.ts';
import { joined } from './text-events.ts';

const watching: ClientState = { ...initialState, watched: { [chatId]: true } };
const answerId = fakeId(11);
const done = fakeGeneration({ ...running, state: { name: 'done', finish: 'stop' }, endedAt: 9 });

function given(state: ClientState, ...events: ServerEvent[]): ClientState {
  return events.reduce((next, event) => reduce(next, event, 1_000), state);
}

function ending(revision: number | null, generation = done): ServerEvent {
  return { type: 'state', generation, revision };
}

describe('deltas', () => {
  it('[C1] a delta is appended, trimmed or asked for again by its offset', () => {
    const table: [string, number, string, string | null][] = [
      ['', 0, 'abc', 'abc'],
      ['abc', 3, 'de', 'abcde'],
      ['abc', 1, 'bcde', 'abcde'],
      ['abc', 0, 'ab', 'abc'],
      ['abc', 3, '', 'abc'],
      ['abc', 4, 'e', null],
    ];
    for (const [own, at, piece, result] of table)
      expect(joined(own, at, piece), `${own}|${at}|${piece}`).toBe(result);
  });

  it('[C2] where both know the same place and differ, the server stands', () => {
    expect(joined('Hello wor', 0, 'Hi')).toBe('Hi');
    expect(joined('Hello', 2, 'y')).toBe('Hey');
    expect(joined('Hello', 3, 'p me')).toBe('Help me');
  });

  it('[C1] only the text that grows changes', () => {
    const before = given(watching, fakePath());
    const next = given(before, fakeDelta(0, 'Hello'));
    expect(next.texts[answerId]?.text).toBe('Hello');
    expect({ ...next, texts: before.texts }).toEqual(before);
    expect(next.paths).toBe(before.paths);
    expect(next.generations).toBe(before.generations);
  });

  it('[C1] reasoning has offsets of its own', () => {
    const state = given(watching, fakePath(), fakeDelta(0, 'Hello'), {
      ...fakeDelta(0, 'Hm'),
      channel: 'reasoning',
    });
    expect(state.texts[answerId]).toMatchObject({ text: 'Hello', reasoning: 'Hm' });
  });

  it('[C1] a gap changes no text and asks for what is missing', () => {
    const state = given(watching, fakePath(), fakeDelta(0, 'Hello'), fakeDelta(7, 'orld'));
    expect(state.texts[answerId]?.text).toBe('Hello');
    expect(state.stale).toEqual({ [chatId]: 'missed' });
  });

  it('[C1] a delta of a message outside the path is ignored', () => {
    const before = given(watching, fakePath());
    expect(given(before, { ...fakeDelta(0, 'x'), generation: fakeId(99) })).toBe(before);
  });
});

describe('paths', () => {
  it('[C3] the next revision replaces what is below its `from`', () => {
    const state = given(
      watching,
      fakePath(),
      ending(6),
      fakePath({
        revision: 7,
        from: answerId,
        messages: [fakeMessage(12), fakeMessage(13)],
        snapshot: false,
      }),
    );
    expect(state.paths[chatId]?.messages.map((message) => message.id)).toEqual([10, 11, 12, 13].map(fakeId));
    expect(state.paths[chatId]?.revision).toBe(7);
    expect(state.stale).toEqual({});
  });

  it('[C3] a revision that is known is ignored', () => {
    const before = given(watching, fakePath());
    expect(given(before, fakePath({ revision: 5, messages: [], snapshot: false }))).toBe(before);
    expect(given(before, { type: 'follow-ups', chatId, revision: 4, followUps: [] })).toBe(before);
  });

  it('[C3] a path that is not kept up to date takes no changes: it is asked for as a whole', () => {
    const cached = given(watching, fakePath());
    const path = { ...(cached.paths[chatId] ?? expect.fail()), live: false };
    const before = { ...cached, paths: { [chatId]: path } };
    expect(given(before, fakePath({ revision: 6, messages: [], snapshot: false }))).toBe(before);
    expect(given(before, { type: 'follow-ups', chatId, revision: 9, followUps: [] })).toBe(before);
  });

  it('[C3] a revision too far, or a `from` that one does not hold, asks again', () => {
    const before = given(watching, fakePath());
    const events: ServerEvent[] = [
      fakePath({ revision: 7, snapshot: false }),
      fakePath({ revision: 6, from: fakeId(77), snapshot: false }),
      { type: 'follow-ups', chatId, revision: 8, followUps: [] },
      ending(7),
    ];
    for (const event of events) {
      const state = given(before, event);
      expect(state.stale, JSON.stringify(event)).toEqual({ [chatId]: 'missed' });
      expect(state.paths).toBe(before.paths);
    }
  });

  it('[F64] [C4] a snapshot stands, whatever one had, and its same messages stay the same objects', () => {
    const before = given(
      watching,
      fakePath(),
      fakeDelta(0, 'Hello'),
      fakePath({ revision: 9, snapshot: false }),
    );
    const told = fakePath({
      revision: 3,
      messages: [fakeMessage(10, { parentId: null }), fakeMessage(11, { text: 'Hell', generation: running })],
    });
    const state = given(before, told);
    expect(state.texts[answerId]?.text).toBe('Hell');
    expect(state.paths[chatId]).toMatchObject({ revision: 3, live: true });
    expect(state.stale).toEqual({});
    expect(state.paths[chatId]?.messages[0]).toBe(before.paths[chatId]?.messages[0]);
  });

  it('[C4] older pages stay above a snapshot that joins them', () => {
    const page = fakePath({ messages: [fakeMessage(12), fakeMessage(13)], hasOlder: true });
    const older: ServerEvent = {
      type: 'older',
      requestId: fakeId(70),
      chatId,
      messages: [fakeMessage(10), fakeMessage(11)],
      hasOlder: false,
    };
    const state = given(watching, page, older, { ...page, revision: 9 });
    expect(state.paths[chatId]?.messages.map((message) => message.id)).toEqual([10, 11, 12, 13].map(fakeId));
    expect(state.paths[chatId]?.hasOlder).toBe(false);
    const elsewhere = given(state, { ...page, messages: [fakeMessage(12, { parentId: fakeId(91) })] });
    expect(elsewhere.paths[chatId]).toMatchObject({ hasOlder: true, messages: [{ id: fakeId(12) }] });
  });

  it('[C4] an older page that does not end above what one has is dropped', () => {
    const before = given(watching, fakePath({ messages: [fakeMessage(12)], hasOlder: true }));
    const odd: ServerEvent = {
      type: 'older',
      requestId: fakeId(70),
      chatId,
      messages: [fakeMessage(8)],
      hasOlder: false,
    };
    expect(given(before, odd).paths[chatId]?.messages).toHaveLength(1);
  });
});
