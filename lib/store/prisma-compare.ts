import type { AnotherReply } from '#lib/wire/client-message.ts';
import { Refusal } from '#lib/wire/error-code.ts';
import { limits } from '#lib/wire/protocol.ts';
import type { Begun, ChatPage, StoredGeneration } from './chat-store.ts';
import { lockChat, unknown } from './prisma-begin.ts';
import type { Chat } from './prisma-client/client.ts';
import { newestLeaf, pageUp, pathChange } from './prisma-path.ts';
import type { Asking } from './prisma-queue.ts';
import type { Db } from './prisma-rows.ts';

type BegunAnswer = Extract<Begun, { outcome: 'begun' }>;

/** Whether the selected leaf is shown side by side with others: then nothing goes below it. */
export async function isComparing(db: Db, { leafId }: Pick<Chat, 'leafId'>): Promise<boolean> {
  if (leafId === null) return false;
  return (await db.message.count({ where: { id: leafId, compared: true } })) > 0;
}

/**
 * Stores further answers beside one that this transaction has queued, in one statement, and selects the first.
 * @param first the answer that stands first; itself the queued one, or the one that is asked again
 */
export async function queueBeside(
  { db, userId, owner, now }: Asking,
  { generation, change }: BegunAnswer,
  also: readonly AnotherReply[],
  first: string,
  request: string,
): Promise<BegunAnswer> {
  const { chatId, parentId } = generation;
  const stored = [first, generation.messageId];
  const replies = also.map(({ replyId }) => replyId);
  const models = also.map(({ model }) => model);
  const rows = await db.$queryRaw<Chat[]>`
    WITH message AS (
      INSERT INTO "Message" (id, "chatId", "parentId", role, text, model, compared, "createdAt")
      SELECT m.id, ${chatId}::uuid, ${parentId}::uuid, 'assistant', '', m.model, true, ${now}::timestamptz
      FROM unnest(${replies}::uuid[], ${models}::text[]) WITH ORDINALITY AS m (id, model, place) ORDER BY m.place
    ), generation AS (
      INSERT INTO "Generation" (id, "chatId", "messageId", "userId", kind, model, owner, "queuedAt", request)
      SELECT g.id, ${chatId}::uuid, g.message, ${userId}, 'reply', g.model, ${owner}, ${now}::timestamptz, ${request}
      FROM unnest(${also.map(({ generationId }) => generationId)}::uuid[], ${replies}::uuid[], ${models}::text[])
        WITH ORDINALITY AS g (id, message, model, place) ORDER BY g.place
    ), compared AS (
      UPDATE "Message" m SET compared = m.id = ANY(${stored}::uuid[])
      WHERE m."chatId" = ${chatId}::uuid AND m."parentId" = ${parentId}::uuid
        AND m.compared <> (m.id = ANY(${stored}::uuid[]))
    )
    UPDATE "Chat" SET "leafId" = ${first}::uuid, unfinished = unfinished + ${also.length}
    WHERE id = ${chatId}::uuid RETURNING *`;
  const [chat] = rows;
  if (chat === undefined) throw unknown();
  const isSend = first === generation.messageId;
  const beside = also.map(
    (one): StoredGeneration => ({
      ...generation,
      id: one.generationId,
      messageId: one.replyId,
      model: one.model,
    }),
  );
  const told = await pathChange(db, chat, isSend ? change.messages.length : 1);
  return { outcome: 'begun', generation, also: beside, change: told };
}

/** An answer of the comparison on the screen that goes on, or is tried again, does not move the selection. */
export async function stayInComparison(db: Db, before: Chat, begun: BegunAnswer): Promise<BegunAnswer> {
  const { messageId, parentId } = begun.generation;
  if (before.leafId === null || before.leafId === messageId) return begun;
  const both = await db.message.count({
    where: { id: { in: [before.leafId, messageId] }, parentId, compared: true },
  });
  if (both < 2) return begun;
  const moved = await db.chat.update({ where: { id: before.id }, data: { leafId: before.leafId } });
  return { ...begun, change: await pathChange(db, moved, 1) };
}

/** Of what a held message asks for, the answers whose ids nobody has used since. */
export async function stillFree(db: Db, also: readonly AnotherReply[]): Promise<AnotherReply[]> {
  if (also.length === 0) return [];
  const messages = await db.message.findMany({ where: { id: { in: also.map(({ replyId }) => replyId) } } });
  const generations = await db.generation.findMany({
    where: { id: { in: also.map(({ generationId }) => generationId) } },
  });
  const used = new Set([...messages, ...generations].map(({ id }) => id));
  return also.filter(({ replyId, generationId }) => !used.has(replyId) && !used.has(generationId));
}

/** Runs in a transaction. */
export async function keep(db: Db, userId: string, chatId: string, messageId: string): Promise<ChatPage> {
  await lockChat(db, userId, chatId);
  const message = await db.message.findFirst({ where: { id: messageId, chatId } });
  const leafId = await newestLeaf(db, chatId, messageId);
  if (!message || leafId === null) throw unknown();
  if (message.compared) {
    const where = { chatId, parentId: message.parentId, compared: true };
    const compared = (await db.message.findMany({ where, select: { id: true } })).map(({ id }) => id);
    await db.followUp.updateMany({
      where: { chatId, behindId: { in: compared } },
      data: { behindId: leafId },
    });
    await db.message.updateMany({ where, data: { compared: false } });
  }
  return selected(db, chatId, leafId);
}

/** Runs in a transaction. */
export async function compare(db: Db, userId: string, chatId: string, messageId: string): Promise<ChatPage> {
  await lockChat(db, userId, chatId);
  const message = await db.message.findFirst({ where: { id: messageId, chatId } });
  if (!message) throw unknown();
  const { parentId } = message;
  if (message.role !== 'assistant' || parentId === null) throw notSeveral();
  const where = { chatId, parentId };
  const others = await db.message.findMany({
    where: { ...where, id: { not: messageId } },
    orderBy: { seq: 'desc' },
    take: limits.comparedAnswers - 1,
  });
  if (others.length === 0) throw notSeveral();
  await db.message.updateMany({ where, data: { compared: false } });
  const ids = [messageId, ...others.map(({ id }) => id)];
  await db.message.updateMany({ where: { id: { in: ids } }, data: { compared: true } });
  return selected(db, chatId, messageId);
}

async function selected(db: Db, chatId: string, leafId: string): Promise<ChatPage> {
  const moved = await db.chat.update({ where: { id: chatId }, data: { leafId, revision: { increment: 1 } } });
  return pageUp(db, moved, leafId);
}

function notSeveral(): Refusal {
  return new Refusal('conflict', 'There are not several answers to compare here.');
}
