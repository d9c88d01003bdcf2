import { expect, it } from 'vitest';
import type { GenerationState } from '#lib/wire/chat.ts';
import { announcement } from './announcements.ts';
import { chatId, fakeSummary, running } from './fake-events.ts';
import { type ClientState, initialState } from './state.ts';

const chats = { [chatId]: fakeSummary() };

function making(state: GenerationState): ClientState {
  return { ...initialState, chats, chatsLoaded: true, generations: { [running.id]: { ...running, state } } };
}

const queued = making({ name: 'queued', position: 1, etaMs: null });
const streaming = making({ name: 'streaming' });

it('[C20] start and end of an answer are said, tokens and queue positions are not', () => {
  expect(announcement(queued, making({ name: 'queued', position: 2, etaMs: null }))).toBeNull();
  expect(announcement(queued, streaming)).toBe('Answer started in “Weirs”');
  expect(announcement(making({ name: 'thinking' }), streaming)).toBeNull();
  expect(announcement(streaming, { ...streaming, texts: {} })).toBeNull();
  expect(announcement(streaming, making({ name: 'done', finish: 'stop' }))).toBe(
    'Answer finished in “Weirs”',
  );
  expect(announcement(streaming, making({ name: 'stopped' }))).toBe('Answer stopped in “Weirs”');
});

it('[C20] an answer that ends in a chat that nobody shows is said too; one that is deleted is not', () => {
  const dropped = { ...initialState, chats: { [chatId]: fakeSummary({ ended: 'failed' }) } };
  expect(announcement(streaming, dropped)).toBe('Answer failed in “Weirs”');
  expect(announcement(streaming, initialState)).toBeNull();
});

it('[C20] an answer first heard of while it streams has started; one that ran before the page opened has not', () => {
  const idle = { ...initialState, chats, chatsLoaded: true };
  expect(announcement(idle, streaming)).toBe('Answer started in “Weirs”');
  expect(announcement(initialState, streaming)).toBeNull();
});

it('[C72] a call that asks is said, and what comes after tools is no new start', () => {
  const asking = making({ name: 'asking' });
  expect(announcement(making({ name: 'using-tools' }), asking)).toBe('A tool asks to be allowed in “Weirs”');
  expect(announcement(asking, making({ name: 'using-tools' }))).toBeNull();
  const again = { ...running, calls: [], state: { name: 'queued' as const, position: 1, etaMs: null } };
  expect(announcement({ ...queued, generations: { [running.id]: again } }, streaming)).toBeNull();
});
