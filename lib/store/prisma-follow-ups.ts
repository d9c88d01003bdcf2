import { readAlso } from './also.ts';
import type { Begun, FollowUpChange } from './chat-store.ts';
import { answerSend, goesByItself, isAnswering, lockChat, lockIfVisible, unknown } from './prisma-begin.ts';
import { isComparing, stillFree } from './prisma-compare.ts';
import { followUpChange } from './prisma-path.ts';
import type { Asking } from './prisma-queue.ts';
import type { Db } from './prisma-rows.ts';
import { storable } from './stored-text.ts';

/**
 * Runs in a transaction.
 * @param messageId a person's choice; without it, it goes by itself or not at all
 */
export async function releaseFollowUp(
  asking: Asking,
  chatId: string,
  messageId?: string,
): Promise<Extract<Begun, { outcome: 'begun' }> | null> {
  const { db, userId } = asking;
  const chat = await lockIfVisible(db, userId, chatId);
  if (!chat || (await isAnswering(db, chat.leafId)) || (await isComparing(db, chat))) return null;
  const held = await db.followUp.findFirst({ where: { chatId, withdrawn: false }, orderBy: { seq: 'asc' } });
  if (!held) return null;
  const { behindId, replyId } = held;
  if (messageId === undefined ? !(await goesByItself(db, chat, behindId)) : held.messageId !== messageId) {
    return null;
  }
  await db.followUp.delete({ where: { messageId: held.messageId } });
  await db.followUp.updateMany({ where: { chatId, behindId }, data: { behindId: replyId } });
  const also = await stillFree(db, readAlso(held.also));
  return answerSend(asking, chat, { ...held, also }, { parentId: chat.leafId, model: chat.model });
}

/**
 * Runs in a transaction.
 * @param text null withdraws it
 */
export async function changeFollowUp(
  db: Db,
  userId: string,
  chatId: string,
  messageId: string,
  text: string | null,
): Promise<FollowUpChange> {
  await lockChat(db, userId, chatId);
  const data = text === null ? { withdrawn: true, text: '' } : { text: storable(text) };
  const { count } = await db.followUp.updateMany({ where: { messageId, chatId, withdrawn: false }, data });
  if (count === 0) throw unknown();
  const moved = await db.chat.update({ where: { id: chatId }, data: { revision: { increment: 1 } } });
  return followUpChange(db, moved);
}

export async function chatsToRelease(db: Db): Promise<{ userId: string; chatId: string }[]> {
  return db.$queryRaw`
    SELECT c."userId", c.id AS "chatId" FROM "Chat" c
    WHERE c."deletedAt" IS NULL
      AND c."leafId" = (
        SELECT f."behindId" FROM "FollowUp" f WHERE f."chatId" = c.id AND NOT f.withdrawn ORDER BY f.seq LIMIT 1)
      AND NOT EXISTS (SELECT 1 FROM "Message" m WHERE m.id = c."leafId" AND m.compared)
      AND 'done' = (SELECT g.state FROM "Generation" g WHERE g."messageId" = c."leafId" ORDER BY g.seq DESC LIMIT 1)`;
}
