import type { ChatSummary } from '#lib/wire/chat.ts';
import type { ChatPage } from './chat-store.ts';
import { lockChat, unknown } from './prisma-begin.ts';
import type { Chat, Prisma } from './prisma-client/client.ts';
import { newestLeaf, pageUp, summaryOf } from './prisma-path.ts';
import type { Db } from './prisma-rows.ts';
import { storable } from './stored-text.ts';

export async function chats(db: Db, userId: string): Promise<ChatSummary[]> {
  const orderBy: Prisma.ChatOrderByWithRelationInput[] = [{ updatedAt: 'desc' }, { id: 'desc' }];
  // Every welcome reads all chats of a person: without what only answers need, which may be long.
  const omit = { instructions: true, allowedTools: true };
  const rows = await db.chat.findMany({ where: { userId, deletedAt: null }, orderBy, omit });
  return rows.map((row) => summaryOf({ ...row, instructions: '', allowedTools: [] }));
}

export async function revision(db: Db, userId: string, chatId: string): Promise<number | null> {
  const where = { id: chatId, userId, deletedAt: null };
  return (await db.chat.findFirst({ where, select: { revision: true } }))?.revision ?? null;
}

/** Runs in a transaction with one snapshot: an ending in between would take the pieces away. */
export async function page(
  db: Db,
  userId: string,
  chatId: string,
  before: string | undefined,
): Promise<ChatPage | null> {
  const chat = await db.chat.findFirst({ where: { id: chatId, userId, deletedAt: null } });
  if (!chat) return null;
  if (before === undefined) return pageUp(db, chat, chat.leafId);
  const below = await db.message.findFirst({ where: { id: before, chatId } });
  return below && pageUp(db, chat, below.parentId);
}

/** Runs in a transaction. */
export async function select(db: Db, userId: string, chatId: string, messageId: string): Promise<ChatPage> {
  await lockChat(db, userId, chatId);
  const leafId = await newestLeaf(db, chatId, messageId);
  if (leafId === null) throw unknown();
  const moved = await db.chat.update({ where: { id: chatId }, data: { leafId, revision: { increment: 1 } } });
  return pageUp(db, moved, leafId);
}

export async function rename(db: Db, userId: string, chatId: string, title: string): Promise<ChatSummary> {
  const data = { title: storable(title), titleSource: 'person' };
  return theOne(await db.chat.updateManyAndReturn({ where: { id: chatId, userId, deletedAt: null }, data }));
}

export async function entitle(db: Db, chatId: string, title: string): Promise<ChatSummary | null> {
  const where = { id: chatId, titleSource: 'plain', deletedAt: null };
  const data = { title: storable(title), titleSource: 'model' };
  const [chat] = await db.chat.updateManyAndReturn({ where, data });
  return chat ? summaryOf(chat) : null;
}

export async function markRead(db: Db, userId: string, chatId: string, now: Date): Promise<ChatSummary> {
  const rows = await db.$queryRaw<Chat[]>`
    UPDATE "Chat" SET "readAt" = greatest(${now}::timestamptz, "endedAt")
    WHERE id = ${chatId}::uuid AND "userId" = ${userId} AND "deletedAt" IS NULL RETURNING *`;
  return theOne(rows);
}

export async function remove(db: Db, userId: string, chatId: string, now: Date): Promise<void> {
  const where = { id: chatId, userId, deletedAt: null };
  theOne(await db.chat.updateManyAndReturn({ where, data: { deletedAt: now } }));
}

export async function restore(db: Db, userId: string, chatId: string): Promise<ChatSummary> {
  return theOne(
    await db.chat.updateManyAndReturn({ where: { id: chatId, userId }, data: { deletedAt: null } }),
  );
}

export async function purge(db: Db, before: Date): Promise<number> {
  return (await db.chat.deleteMany({ where: { deletedAt: { lt: before } } })).count;
}

function theOne(rows: Chat[]): ChatSummary {
  const chat = rows[0];
  if (!chat) throw unknown();
  return summaryOf(chat);
}
