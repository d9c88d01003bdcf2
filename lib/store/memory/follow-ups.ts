import type { Begun, FollowUpChange } from '../chat-store.ts';
import type { ChatRow } from '../rows.ts';
import { storable } from '../stored-text.ts';
import { type Asking, answerSend, followUpChange } from './begin.ts';
import { type HeldRow, isAnswering, latestGeneration, type Tables, unknown, visibleChat } from './tables.ts';

export function releaseFollowUp(asking: Asking, chatId: string): Begun | null {
  const { tables, userId } = asking;
  const chat = tables.chats.get(chatId);
  if (chat?.userId !== userId || chat.deletedAt !== null) return null;
  const held = oldest(tables, chatId);
  if (!held || isAnswering(tables, chat.leafId)) return null;
  tables.followUps.delete(held.messageId);
  return answerSend(asking, chat, held, chat.leafId, held.request);
}

export function changeFollowUp(
  tables: Tables,
  userId: string,
  chatId: string,
  messageId: string,
  text: string | null,
): FollowUpChange {
  const chat = visibleChat(tables, userId, chatId);
  const held = tables.followUps.get(messageId);
  if (held?.chatId !== chatId || held.withdrawn) throw unknown();
  if (text === null) held.withdrawn = true;
  held.text = storable(text ?? '');
  chat.revision += 1;
  return followUpChange(tables, chat);
}

export function chatsToRelease(tables: Tables): { userId: string; chatId: string }[] {
  return [...tables.chats.values()]
    .filter((chat) => chat.deletedAt === null && oldest(tables, chat.id) && leafIsDone(tables, chat))
    .map(({ id, userId }) => ({ userId, chatId: id }));
}

function oldest(tables: Tables, chatId: string): HeldRow | undefined {
  return [...tables.followUps.values()].find((row) => row.chatId === chatId && !row.withdrawn);
}

function leafIsDone(tables: Tables, chat: ChatRow): boolean {
  return chat.leafId !== null && latestGeneration(tables, chat.leafId)?.state === 'done';
}
