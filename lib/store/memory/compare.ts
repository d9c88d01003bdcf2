import type { AnotherReply } from '#lib/wire/client-message.ts';
import { Refusal } from '#lib/wire/error-code.ts';
import { limits } from '#lib/wire/protocol.ts';
import { alsoOf } from '../also.ts';
import type { BeginRequest, ChatPage, StoredGeneration } from '../chat-store.ts';
import type { ChatRow, MessageRow } from '../rows.ts';
import { type Asking, queue } from './begin.ts';
import { newestLeaf, pageUp } from './path.ts';
import { comparedBeside, insertMessage, type Tables, unknown, visibleChat } from './tables.ts';

/** Whether the selected leaf is shown side by side with others: then nothing goes below it. */
export function isComparing(tables: Tables, leafId: string | null): boolean {
  return tables.messages.get(leafId ?? '')?.compared === true;
}

/** Both are shown side by side. */
export function isOneComparison(tables: Tables, leafId: string | null, messageId: string): boolean {
  const row = tables.messages.get(messageId);
  return row !== undefined && comparedBeside(tables, row).some(({ id }) => id === leafId);
}

/** Every id that a request makes something of. */
export function takenBy(request: BeginRequest): { ids: string[]; generationIds: string[] } {
  const also = alsoOf(request);
  const own = request.kind === 'continue' ? [] : [request.replyId];
  const said = request.kind === 'send' ? [request.messageId] : [];
  return {
    ids: [...own, ...said, ...also.map(({ replyId }) => replyId)],
    generationIds: [request.generationId, ...also.map(({ generationId }) => generationId)],
  };
}

/**
 * Further answers beside one that has just been queued; without any of them nothing is compared.
 * @param first the answer that stands first; itself the queued one, or the one that is asked again
 */
export function besideAnswer(
  asking: Asking,
  queued: StoredGeneration,
  also: readonly AnotherReply[] | undefined,
  first: string,
  request: string,
): StoredGeneration[] {
  const { tables, now } = asking;
  const { chatId, parentId } = queued;
  if (also === undefined || (also.length === 0 && first === queued.messageId)) return [];
  const made = also.map(({ replyId, generationId, model }): StoredGeneration => {
    const row = { id: replyId, chatId, parentId, role: 'assistant', text: '', reasoning: '' } as const;
    insertMessage(tables, { ...row, model, compared: true, createdAt: now });
    const kind = 'reply' as const;
    const generation = queue(asking, chatId, { id: generationId, messageId: replyId, model, kind, request });
    return { ...queued, ...generation };
  });
  setCompared(tables, parentId, [first, queued.messageId, ...made.map(({ messageId }) => messageId)]);
  return made;
}

export function keep(tables: Tables, userId: string, chatId: string, messageId: string): ChatPage {
  const { chat, message } = found(tables, userId, chatId, messageId);
  const leafId = newestLeaf(tables, messageId);
  if (message.compared && message.parentId !== null) {
    const compared = new Set([messageId, ...comparedBeside(tables, message).map(({ id }) => id)]);
    for (const held of tables.followUps.values()) if (compared.has(held.behindId)) held.behindId = leafId;
    setCompared(tables, message.parentId, []);
  }
  return selected(tables, chat, leafId);
}

export function compare(tables: Tables, userId: string, chatId: string, messageId: string): ChatPage {
  const { chat, message } = found(tables, userId, chatId, messageId);
  const { parentId } = message;
  if (message.role !== 'assistant' || parentId === null) throw notSeveral();
  const others = (tables.children.get(parentId) ?? []).filter((id) => id !== messageId);
  if (others.length === 0) throw notSeveral();
  setCompared(tables, parentId, [messageId, ...others.slice(1 - limits.comparedAnswers)]);
  return selected(tables, chat, messageId);
}

function found(
  tables: Tables,
  userId: string,
  chatId: string,
  messageId: string,
): { chat: ChatRow; message: MessageRow } {
  const chat = visibleChat(tables, userId, chatId);
  const message = tables.messages.get(messageId);
  if (message?.chatId !== chatId) throw unknown();
  return { chat, message };
}

function setCompared(tables: Tables, parentId: string, ids: readonly string[]): void {
  for (const id of tables.children.get(parentId) ?? []) {
    const row = tables.messages.get(id);
    if (row !== undefined) row.compared = ids.includes(id);
  }
}

function selected(tables: Tables, chat: ChatRow, leafId: string): ChatPage {
  chat.leafId = leafId;
  chat.revision += 1;
  return pageUp(tables, chat, leafId);
}

function notSeveral(): Refusal {
  return new Refusal('conflict', 'There are not several answers to compare here.');
}
