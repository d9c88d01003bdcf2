import { readAlso } from '../also.ts';
import type { Begun, FollowUpChange } from '../chat-store.ts';
import { storable } from '../stored-text.ts';
import { type Asking, answerSend, followUpChange } from './begin.ts';
import { isComparing } from './compare.ts';
import { goesByItself, heldIn, isAnswering, type Tables, unknown, visibleChat } from './tables.ts';

type Released = Extract<Begun, { outcome: 'begun' }>;

/** @param messageId a person's choice; without it, it goes by itself or not at all */
export function releaseFollowUp(asking: Asking, chatId: string, messageId?: string): Released | null {
  const { tables, userId } = asking;
  const chat = tables.chats.get(chatId);
  if (chat?.userId !== userId || chat.deletedAt !== null) return null;
  const [held, ...others] = heldIn(tables, chatId);
  if (!held || isAnswering(tables, chat.leafId) || isComparing(tables, chat.leafId)) return null;
  if (messageId === undefined ? !goesByItself(tables, chat, held) : held.messageId !== messageId) return null;
  tables.followUps.delete(held.messageId);
  for (const other of others) if (other.behindId === held.behindId) other.behindId = held.replyId;
  const free = ({ replyId, generationId }: { replyId: string; generationId: string }) =>
    !tables.messages.has(replyId) && !tables.generations.has(generationId);
  const sent = { ...held, also: readAlso(held.also).filter(free) };
  return answerSend(asking, chat, sent, chat.leafId, held.request);
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
    .filter((chat) => chat.deletedAt === null && goesByItself(tables, chat, heldIn(tables, chat.id)[0]))
    .map(({ id, userId }) => ({ userId, chatId: id }));
}
