import type { ChatSummary, FollowUp, Message } from '#lib/wire/chat.ts';
import { limits } from '#lib/wire/protocol.ts';
import type { ChatPage, FollowUpChange, PathChange, Turn } from './chat-store.ts';
import type { Piece } from './pieces.ts';
import { callsOf } from './prisma-calls.ts';
import type { Chat, Generation, Message as StoredMessage } from './prisma-client/client.ts';
import { chatRow, type Db, generationRow, messageRow } from './prisma-rows.ts';
import { type FollowUpRow, isUnfinished, toFollowUp, toMessage, toSummary, withCalls } from './rows.ts';

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
  const { messages, beside } = await pathUp(db, chat, chat.leafId, length);
  return { ...(await followUpChange(db, chat)), from: messages[0]?.parentId ?? null, messages, beside };
}

/** @param lowest last message of the page */
export async function pageUp(db: Db, chat: Chat, lowest: string | null): Promise<ChatPage> {
  const { messages, beside } = await pathUp(db, chat, lowest, limits.pageSize);
  const hasOlder = (messages[0]?.parentId ?? null) !== null;
  return { ...(await followUpChange(db, chat)), messages, beside, hasOlder };
}

export async function turns(db: Db, chatId: string, messageId: string): Promise<Turn[]> {
  const rows = await db.$queryRaw<(Turn & { id: string })[]>`
    WITH RECURSIVE path AS (
      SELECT m.id, m."parentId", 1 AS height
      FROM "Message" m WHERE m.id = ${messageId}::uuid AND m."chatId" = ${chatId}::uuid
      UNION ALL
      SELECT m.id, m."parentId", path.height + 1 FROM path JOIN "Message" m ON m.id = path."parentId"
    )
    SELECT m.id, m.role, m.text FROM path JOIN "Message" m USING (id) ORDER BY path.height DESC`;
  const answers = rows.filter(({ role }) => role === 'assistant').map(({ id }) => id);
  const calls = await callsOf(db, answers);
  return rows.map(({ id, role, text }) => withCalls({ role, text }, calls.get(id) ?? []));
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
  const rows = await db.$queryRaw<(Omit<FollowUpRow, 'createdAt'> & { createdAt: Date })[]>`
    SELECT "messageId", text, model, "createdAt", also FROM "FollowUp"
    WHERE "chatId" = ${chatId}::uuid AND NOT withdrawn ORDER BY seq`;
  return rows.map((row) => toFollowUp({ ...row, createdAt: row.createdAt.getTime() }));
}

/** At most `length` messages from `lowest` upwards, root side first, and what is shown beside the selected leaf. */
async function pathUp(
  db: Db,
  { id: chatId, leafId }: Chat,
  lowest: string | null,
  length: number,
): Promise<{ messages: Message[]; beside: Message[] }> {
  if (lowest === null) return { messages: [], beside: [] };
  const path = await pathRows(db, chatId, lowest, length);
  const last = path.at(-1);
  const isCompared = last?.message.compared === true && last.message.id === leafId;
  const beside = isCompared ? await rowsBeside(db, last) : [];
  const messages = await toMessages(db, [...path, ...beside]);
  return { messages: messages.slice(0, path.length), beside: messages.slice(path.length) };
}

async function rowsBeside(db: Db, { message: leaf, siblings }: PathRow): Promise<PathRow[]> {
  const { id, chatId, parentId } = leaf;
  const where = { chatId, parentId, compared: true, id: { not: id } };
  const rows = await db.message.findMany({ where, orderBy: { seq: 'asc' } });
  return rows.map((message) => ({ message, siblings }));
}

async function toMessages(db: Db, path: PathRow[]): Promise<Message[]> {
  const generations = await latestGenerations(db, path);
  const unfinished = [...generations.values()].filter((row) => isUnfinished(generationRow(row).state));
  const pieces = await piecesOf(db, unfinished);
  // A reply that only waits has called nothing: the answer to a send need not be looked up.
  const may = [...generations.values()].filter(({ kind, state }) => kind !== 'reply' || state !== 'queued');
  const calls = await callsOf(
    db,
    may.map(({ messageId }) => messageId),
  );
  return path.map(({ message, siblings }) => {
    const generation = generations.get(message.id);
    const kept = pieces.filter((piece) => piece.generationId === generation?.id);
    const row = generation ? generationRow(generation) : null;
    return toMessage(messageRow(message), siblings, row, kept, calls.get(message.id));
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
    SELECT m.id, m."chatId", m."parentId", m.role, m.text, m.reasoning, m.model, m.compared, m."createdAt",
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
