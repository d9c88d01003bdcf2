import type { ChatSummary, FollowUp, Message } from '#lib/wire/chat.ts';
import { limits } from '#lib/wire/protocol.ts';
import type { ChatPage, FollowUpChange, PathChange, Turn } from './chat-store.ts';
import type { Piece } from './pieces.ts';
import type { Chat, Generation, Message as StoredMessage } from './prisma-client/client.ts';
import { chatRow, type Db, generationRow, messageRow } from './prisma-rows.ts';
import { isUnfinished, toFollowUp, toMessage, toSummary } from './rows.ts';

interface PathRow {
  message: Omit<StoredMessage, 'seq'>;
  siblings: string[];
}

export function summaryOf(chat: Chat): ChatSummary {
  return toSummary(chatRow(chat), chat.unfinished > 0);
}

export async function followUpChange(db: Db, chat: Chat): Promise<FollowUpChange> {
  return { chat: summaryOf(chat), revision: chat.revision, followUps: await followUpsOf(db, chat.id) };
}

/** The last `length` messages of the selected path. */
export async function pathChange(db: Db, chat: Chat, length: number): Promise<PathChange> {
  const messages = await pathUp(db, chat.id, chat.leafId, length);
  return { ...(await followUpChange(db, chat)), from: messages[0]?.parentId ?? null, messages };
}

/** @param lowest last message of the page */
export async function pageUp(db: Db, chat: Chat, lowest: string | null): Promise<ChatPage> {
  const messages = await pathUp(db, chat.id, lowest, limits.pageSize);
  const hasOlder = (messages[0]?.parentId ?? null) !== null;
  return { ...(await followUpChange(db, chat)), messages, hasOlder };
}

export async function turns(db: Db, chatId: string, messageId: string): Promise<Turn[]> {
  return db.$queryRaw<Turn[]>`
    WITH RECURSIVE path AS (
      SELECT m.id, m."parentId", 1 AS height
      FROM "Message" m WHERE m.id = ${messageId}::uuid AND m."chatId" = ${chatId}::uuid
      UNION ALL
      SELECT m.id, m."parentId", path.height + 1 FROM path JOIN "Message" m ON m.id = path."parentId"
    )
    SELECT m.role, m.text FROM path JOIN "Message" m USING (id) ORDER BY path.height DESC`;
}

/** The youngest message below `messageId`, or itself: messages are never older than their parents. */
export async function newestLeaf(db: Db, chatId: string, messageId: string): Promise<string | null> {
  const found = await db.$queryRaw<{ id: string }[]>`
    WITH RECURSIVE below AS (
      SELECT m.id, m.seq FROM "Message" m WHERE m.id = ${messageId}::uuid AND m."chatId" = ${chatId}::uuid
      UNION ALL
      SELECT m.id, m.seq FROM below JOIN "Message" m ON m."chatId" = ${chatId}::uuid AND m."parentId" = below.id
    )
    SELECT id FROM below ORDER BY seq DESC LIMIT 1`;
  return found[0]?.id ?? null;
}

async function followUpsOf(db: Db, chatId: string): Promise<FollowUp[]> {
  const rows = await db.$queryRaw<(Omit<FollowUp, 'createdAt'> & { createdAt: Date })[]>`
    SELECT "messageId", text, model, "createdAt" FROM "FollowUp"
    WHERE "chatId" = ${chatId}::uuid AND NOT withdrawn ORDER BY seq`;
  return rows.map((row) => toFollowUp({ ...row, createdAt: row.createdAt.getTime() }));
}

/** At most `length` messages from `lowest` upwards; root side first. */
async function pathUp(db: Db, chatId: string, lowest: string | null, length: number): Promise<Message[]> {
  if (lowest === null) return [];
  const path = await pathRows(db, chatId, lowest, length);
  const generations = await latestGenerations(db, path);
  const unfinished = [...generations.values()].filter((row) => isUnfinished(generationRow(row).state));
  const pieces = await piecesOf(db, unfinished);
  return path.map(({ message, siblings }) => {
    const generation = generations.get(message.id);
    const kept = pieces.filter((piece) => piece.generationId === generation?.id);
    return toMessage(messageRow(message), siblings, generation ? generationRow(generation) : null, kept);
  });
}

async function pathRows(db: Db, chatId: string, lowest: string, length: number): Promise<PathRow[]> {
  const rows = await db.$queryRaw<(PathRow['message'] & { siblings: string[] })[]>`
    WITH RECURSIVE path AS (
      SELECT m.id, m."parentId", 1 AS height
      FROM "Message" m WHERE m.id = ${lowest}::uuid AND m."chatId" = ${chatId}::uuid
      UNION ALL
      SELECT m.id, m."parentId", path.height + 1
      FROM path JOIN "Message" m ON m.id = path."parentId" WHERE path.height < ${length}
    )
    SELECT m.id, m."chatId", m."parentId", m.role, m.text, m.reasoning, m.model, m."createdAt",
      -- Two lookups: one condition for both kinds of parent could not use the index.
      CASE WHEN m."parentId" IS NULL
        THEN ARRAY(SELECT s.id FROM "Message" s WHERE s."chatId" = m."chatId" AND s."parentId" IS NULL ORDER BY s.seq)
        ELSE ARRAY(
          SELECT s.id FROM "Message" s WHERE s."chatId" = m."chatId" AND s."parentId" = m."parentId" ORDER BY s.seq)
      END AS siblings
    FROM path JOIN "Message" m USING (id) ORDER BY path.height DESC`;
  return rows.map(({ siblings, ...message }) => ({ message, siblings }));
}

/** By message id. */
async function latestGenerations(db: Db, path: PathRow[]): Promise<Map<string, Generation>> {
  const answers = path.filter(({ message }) => message.role === 'assistant').map(({ message }) => message.id);
  const rows = await db.generation.findMany({
    where: { messageId: { in: answers } },
    orderBy: { seq: 'asc' },
  });
  return new Map(rows.map((row) => [row.messageId, row]));
}

async function piecesOf(
  db: Db,
  generations: { id: string }[],
): Promise<(Piece & { generationId: string })[]> {
  if (generations.length === 0) return [];
  const rows = await db.piece.findMany({ where: { generationId: { in: generations.map(({ id }) => id) } } });
  return rows.map((row) => ({ ...row, channel: row.channel as Piece['channel'] }));
}
