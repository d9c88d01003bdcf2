import type { FoundMessage, MessageSearch, PlacedMessage, WaitingMessage } from './message-search.ts';
import { SEARCHED } from './message-search.ts';
import type { PrismaClient } from './prisma.ts';
import { findFault, guarded } from './prisma-faults.ts';
import type { Db } from './prisma-rows.ts';
import { byMeaning, keep, renew } from './prisma-vector-rows.ts';
import { storable } from './stored-text.ts';

/** Milliseconds: a search that takes longer is given up, so that nobody else waits for it. */
const PATIENCE_MS = 5_000;

/** Postgres, embedded or a server. */
export function prismaMessageSearch(
  prisma: PrismaClient,
  { hasVectors }: { hasVectors: boolean },
): MessageSearch {
  const alone = <T>(work: (db: Db) => Promise<T>) => guarded(() => work(prisma));
  const together = <T>(work: (db: Db) => Promise<T>) => guarded(() => prisma.$transaction(work));
  const patiently = <T>(work: (db: Db) => Promise<T>) =>
    together(async (db) => {
      await db.$executeRawUnsafe(`SET LOCAL statement_timeout = ${PATIENCE_MS}`);
      return work(db);
    });
  return {
    hasVectors,
    byWords: (userId, text, limit) => patiently((db) => byWords(db, userId, text, limit)),
    byMeaning: (userId, asked, limit) =>
      hasVectors ? patiently((db) => byMeaning(db, userId, asked, limit)) : Promise.resolve([]),
    read: (userId, ids) => alone((db) => read(db, userId, ids)),
    progress: (userId) => patiently((db) => progress(db, userId)),
    place: (userId, message, further) =>
      patiently((db) => place(db, userId, message, further)).catch(unknownAsNull),
    waiting: (limit, without) => alone((db) => waiting(db, limit, without)),
    keep: (messages) => together((db) => keep(db, messages)),
    renew: (model) => alone((db) => renew(db, model)),
  };
}

/** Nearness of the words plays no part: `ts_rank` reads what is there, and the length of the text divides it. */
async function byWords(db: Db, userId: string, text: string, limit: number): Promise<string[]> {
  const goesOn = /[\p{L}\p{M}\p{N}]$/u.test(text);
  const rows = await db.$queryRaw<{ id: string }[]>`
    WITH words AS (SELECT plainto_tsquery('simple', "weir_plain"(${storable(text)}::text))::text AS all),
    asked AS (
      SELECT CASE WHEN "all" = '' THEN NULL WHEN ${goesOn}::boolean THEN "all" || ':*' ELSE "all" END::tsquery AS query
      FROM words
    )
    SELECT m.id FROM asked, "Chat" c JOIN "Message" m ON m."chatId" = c.id
    WHERE c."userId" = ${userId} AND c."deletedAt" IS NULL AND m.words @@ asked.query
    ORDER BY ts_rank(m.words, asked.query, 1) DESC, m.seq DESC LIMIT ${limit}`;
  return rows.map(({ id }) => id);
}

async function read(db: Db, userId: string, ids: readonly string[]): Promise<FoundMessage[]> {
  const rows = await db.$queryRaw<(Omit<FoundMessage, 'createdAt'> & { createdAt: Date })[]>`
    SELECT m.id AS "messageId", m."chatId", c.title AS "chatTitle", m.role, m."createdAt", left(m.text, ${SEARCHED}) AS text
    FROM "Message" m JOIN "Chat" c ON c.id = m."chatId"
    WHERE m.id = ANY(${[...ids]}::uuid[]) AND c."userId" = ${userId} AND c."deletedAt" IS NULL`;
  return rows.map((row) => ({ ...row, createdAt: row.createdAt.getTime() }));
}

async function progress(db: Db, userId: string): Promise<{ total: number; waiting: number }> {
  const [counts] = await db.$queryRaw<{ total: number; waiting: number }[]>`
    SELECT count(*)::int AS total, count(u."messageId")::int AS waiting
    FROM "Chat" c JOIN "Message" m ON m."chatId" = c.id LEFT JOIN "Unembedded" u ON u."messageId" = m.id
    WHERE c."userId" = ${userId} AND c."deletedAt" IS NULL AND m.text <> ''`;
  return counts ?? { total: 0, waiting: 0 };
}

async function place(
  db: Db,
  userId: string,
  { chatId, messageId }: { chatId: string; messageId: string },
  further: number,
): Promise<PlacedMessage | null> {
  const [found] = await db.$queryRaw<PlacedMessage[]>`
    WITH RECURSIVE wanted AS (
      SELECT m.id, c."leafId" FROM "Chat" c JOIN "Message" m ON m."chatId" = c.id
      WHERE m.id = ${messageId}::uuid AND c.id = ${chatId}::uuid AND c."userId" = ${userId} AND c."deletedAt" IS NULL
    ), path AS (
      SELECT m.id, m."parentId", 0 AS height FROM wanted JOIN "Message" m ON m.id = wanted."leafId"
      UNION ALL
      SELECT m.id, m."parentId", path.height + 1
      FROM path JOIN "Message" m ON m.id = path."parentId" WHERE path.id <> ${messageId}::uuid
    ), found AS (SELECT height FROM path WHERE id = ${messageId}::uuid)
    SELECT (SELECT height FROM found) AS below,
      (SELECT id FROM path WHERE height = (SELECT height FROM found) - ${further + 1}) AS before
    FROM wanted`;
  return found ?? null;
}

function unknownAsNull(error: unknown): null {
  if (error instanceof Error && findFault(error.cause) === 'malformed') return null;
  throw error;
}

async function waiting(db: Db, limit: number, without: readonly string[]): Promise<WaitingMessage[]> {
  const rows = await db.$queryRaw<WaitingMessage[]>`
    SELECT u."messageId", u.seq::text AS version, left(m.text, ${SEARCHED}) AS text
    FROM "Unembedded" u JOIN "Message" m ON m.id = u."messageId"
    WHERE u."messageId" <> ALL(${[...without]}::uuid[]) ORDER BY u.seq DESC LIMIT ${limit}`;
  return rows;
}
