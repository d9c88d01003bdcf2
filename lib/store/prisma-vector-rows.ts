import type { AskedVector, EmbeddedMessage, NearPiece } from './message-search.ts';
import type { Db } from './prisma-rows.ts';

/** A message is found once, however many of its pieces are near. */
const PIECES_PER_MESSAGE = 4;

/**
 * Reads all vectors of one person: exact, and linear in what they have written. The ids of their messages are gathered first:
 * a join goes over everybody's vectors wherever nobody has counted the rows for the planner, and PGlite never does.
 */
export async function byMeaning(
  db: Db,
  userId: string,
  { model, vector }: AskedVector,
  limit: number,
): Promise<NearPiece[]> {
  // Two vectors of different lengths have no distance: asking for it is an error.
  const rows = await db.$queryRaw<NearPiece[]>`
    SELECT v."messageId", v."at",
      CASE WHEN v.dimensions = ${vector.length} THEN 1 - (v.vector <=> ${written(vector)}::vector) END AS likeness
    FROM "MessageVector" v
    WHERE v."messageId" = ANY(ARRAY(
        SELECT m.id FROM "Chat" c JOIN "Message" m ON m."chatId" = c.id
        WHERE c."userId" = ${userId} AND c."deletedAt" IS NULL))
      AND v.model = ${model} AND v.dimensions = ${vector.length} AND v.vector IS NOT NULL
    ORDER BY likeness DESC LIMIT ${limit * PIECES_PER_MESSAGE}`;
  const nearest = new Map<string, NearPiece>();
  for (const row of rows) if (!nearest.has(row.messageId)) nearest.set(row.messageId, row);
  return [...nearest.values()].slice(0, limit);
}

/** Runs in a transaction. */
export async function keep(db: Db, messages: readonly EmbeddedMessage[]): Promise<void> {
  const gone = await db.$queryRaw<{ messageId: string }[]>`
    DELETE FROM "Unembedded" u USING unnest(${messages.map(({ messageId }) => messageId)}::uuid[],
      ${messages.map(({ version }) => version)}::bigint[]) AS made ("messageId", version)
    WHERE u."messageId" = made."messageId" AND u.seq = made.version RETURNING u."messageId"`;
  const current = new Set(gone.map(({ messageId }) => messageId));
  const kept = messages.filter(({ messageId }) => current.has(messageId));
  if (kept.length === 0) return;
  await db.$executeRaw`DELETE FROM "MessageVector" WHERE "messageId" = ANY(${[...current]}::uuid[])`;
  const rows = kept.flatMap(({ messageId, model, pieces }) =>
    pieces.map(({ at, vector }) => ({ messageId, model, at, vector })),
  );
  await db.$executeRaw`
    INSERT INTO "MessageVector" ("messageId", "at", model, dimensions, vector)
    SELECT "messageId", "at", model, dimensions, nullif(vector, '')::vector FROM unnest(
      ${rows.map(({ messageId }) => messageId)}::uuid[], ${rows.map(({ at }) => at)}::int[],
      ${rows.map(({ model }) => model)}::text[], ${rows.map(({ vector }) => vector?.length ?? 0)}::int[],
      ${rows.map(({ vector }) => (vector === null ? '' : written(vector)))}::text[]
    ) AS made ("messageId", "at", model, dimensions, vector)`;
}

export async function renew(db: Db, model: string): Promise<number> {
  return db.$executeRaw`
    INSERT INTO "Unembedded" ("messageId")
    SELECT DISTINCT "messageId" FROM "MessageVector" WHERE model <> ${model} ON CONFLICT DO NOTHING`;
}

function written(vector: Float32Array): string {
  return `[${vector.join(',')}]`;
}
