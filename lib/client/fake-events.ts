import type { ChatSummary, Message } from '#lib/wire/chat.ts';
import type { ServerEventOf } from '#lib/wire/server-event.ts';
import { fakeGeneration } from './fake-server.ts';

/** A UUID that tells people which one it is. */
export function fakeId(number: number): string {
  return `00000000-0000-7000-8000-${String(number).padStart(12, '0')}`;
}

export const chatId = fakeId(1);
export const running = fakeGeneration({ id: fakeId(50), chatId, messageId: fakeId(11) });

export function fakeSummary(change: Partial<ChatSummary> = {}): ChatSummary {
  const times = { createdAt: 1, updatedAt: 1 };
  return { id: chatId, title: 'Weirs', model: 'demo/echo', ...times, unread: false, ended: null, ...change };
}

export function fakeMessage(number: number, change: Partial<Message> = {}): Message {
  const id = fakeId(number);
  return {
    id,
    parentId: fakeId(number - 1),
    role: number % 2 === 0 ? 'user' : 'assistant',
    text: `text ${number}`,
    reasoning: '',
    model: null,
    createdAt: number,
    siblings: [id],
    generation: null,
    ...change,
  };
}

/** The messages 10 (a question) and 11 (its answer, running unless told otherwise) at revision 5. */
export function fakePath(change: Partial<ServerEventOf<'path'>> = {}): ServerEventOf<'path'> {
  return {
    type: 'path',
    chatId,
    revision: 5,
    from: null,
    hasOlder: false,
    messages: [fakeMessage(10, { parentId: null }), fakeMessage(11, { text: '', generation: running })],
    followUps: [],
    snapshot: true,
    ...change,
  };
}

export function fakeDelta(at: number, text: string): ServerEventOf<'delta'> {
  return { type: 'delta', generation: running.id, at, text };
}
