import type { Orphan } from './chat-store.ts';
import { joinPieces, type Piece } from './pieces.ts';
import { type Db, generationRow } from './prisma-rows.ts';
import { nobody, toOrphan } from './rows.ts';

const adoptionLock = 0x77656972; // "weir"

/** Cut, not rounded to the column's milliseconds: a beat of the future would be silent for less than no time. */
export async function beat(db: Db, owner: string): Promise<void> {
  await db.$executeRaw`
    INSERT INTO "Process" (owner, "beatAt") VALUES (${owner}, date_trunc('milliseconds', now()))
    ON CONFLICT (owner) DO UPDATE SET "beatAt" = excluded."beatAt"`;
}

/**
 * Runs in a transaction. The advisory lock lets each adopter see what the one before it took, and that it lives.
 */
export async function adopt(
  db: Db,
  owner: string,
  { deadAfterMs, alone }: { deadAfterMs: number; alone: boolean },
): Promise<Orphan[]> {
  await db.$executeRaw`SELECT pg_advisory_xact_lock(${adoptionLock})`;
  await beat(db, owner);
  const taken = await db.$queryRaw<{ id: string }[]>`
    WITH orphan AS MATERIALIZED (
      SELECT g.id FROM "Generation" g
      WHERE g.state IN ('queued', 'running') AND g.owner <> ${owner} AND (${alone} OR NOT EXISTS (
        SELECT 1 FROM "Process" p
        WHERE p.owner = g.owner AND p."beatAt" > now() - ${deadAfterMs} * interval '1 millisecond'))
      ORDER BY g.id FOR NO KEY UPDATE OF g
    )
    UPDATE "Generation" g SET owner = ${owner} FROM orphan WHERE g.id = orphan.id RETURNING g.id`;
  await db.$executeRaw`
    DELETE FROM "Process" WHERE "beatAt" <= now() - ${deadAfterMs} * interval '1 millisecond' OR
      (${alone} AND owner <> ${owner})`;
  return orphans(
    db,
    taken.map(({ id }) => id),
  );
}

export async function unfinished(db: Db, owner: string, queuedBefore: Date): Promise<string[]> {
  const where = { owner, state: { in: ['queued', 'running'] }, queuedAt: { lt: queuedBefore } };
  return (await db.generation.findMany({ where, select: { id: true } })).map(({ id }) => id);
}

/** The rows are locked in the order of their ids, as a checkpoint does. */
export async function disown(db: Db, owner: string, ids: readonly string[]): Promise<void> {
  await db.$executeRaw`
    WITH mine AS MATERIALIZED (
      SELECT g.id FROM "Generation" g
      WHERE g.id = ANY(${ids}::uuid[]) AND g.owner = ${owner} AND g.state IN ('queued', 'running')
      ORDER BY g.id FOR NO KEY UPDATE OF g
    )
    UPDATE "Generation" g SET owner = ${nobody} FROM mine WHERE g.id = mine.id`;
}

async function orphans(db: Db, ids: string[]): Promise<Orphan[]> {
  const rows = await db.generation.findMany({
    where: { id: { in: ids } },
    include: { message: true, pieces: true },
    orderBy: { seq: 'asc' },
  });
  const roots = await rootsAmong(
    db,
    rows.flatMap(({ message }) => message.parentId ?? []),
  );
  const kits = await kitsOf(db, ids);
  return rows.flatMap(({ message, pieces, ...row }) => {
    const { parentId } = message;
    if (parentId === null) return [];
    const kept = pieces.map((piece) => ({ ...piece, channel: piece.channel as Piece['channel'] }));
    const text = joinPieces(message.text, 'text', kept);
    const reasoning = joinPieces(message.reasoning, 'reasoning', kept);
    const hasBegun = kept.length > 0 || kits.get(row.id)?.hasCalls === true;
    const opensChat = roots.has(parentId);
    const equipped = row.kind === 'continue' || kits.get(row.id)?.equipped === true;
    return [toOrphan(generationRow(row), { parentId, opensChat, text, reasoning, equipped, hasBegun })];
  });
}

/** What the chats of these generations are equipped with, and which of them have called something. */
async function kitsOf(db: Db, ids: string[]): Promise<Map<string, { equipped: boolean; hasCalls: boolean }>> {
  const rows = await db.$queryRaw<{ id: string; equipped: boolean; hasCalls: boolean }[]>`
    SELECT g.id, cardinality(c.tools) > 0 OR c.instructions <> '' AS equipped,
      EXISTS (SELECT 1 FROM "ToolCall" t WHERE t."generationId" = g.id) AS "hasCalls"
    FROM "Generation" g JOIN "Chat" c ON c.id = g."chatId" WHERE g.id = ANY(${ids}::uuid[])`;
  return new Map(rows.map(({ id, ...kit }) => [id, kit]));
}

async function rootsAmong(db: Db, ids: string[]): Promise<Set<string>> {
  const rows = await db.message.findMany({
    where: { id: { in: ids }, parentId: null },
    select: { id: true },
  });
  return new Set(rows.map(({ id }) => id));
}
