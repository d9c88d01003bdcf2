import type { Checkpoint } from './chat-store.ts';
import { type Db, date } from './prisma-rows.ts';
import { storable } from './stored-text.ts';

/** The rows are locked in the order of their ids, so that two such statements never wait for each other. */
export async function checkpoint(db: Db, owner: string, entries: readonly Checkpoint[]): Promise<void> {
  if (entries.length === 0) return;
  const pieces = entries.flatMap(({ generation, pieces }) =>
    pieces.map((piece) => ({ generation, ...piece })),
  );
  await db.$executeRaw`
    WITH entry AS (
      SELECT * FROM unnest(
        ${entries.map((entry) => entry.generation)}::uuid[],
        ${entries.map((entry) => entry.attempts)}::int[],
        ${entries.map((entry) => date(entry.startedAt))}::timestamptz[],
        ${entries.map((entry) => date(entry.firstTokenAt))}::timestamptz[],
        ${entries.map((entry) => entry.fallback)}::text[]
      ) AS e (id, attempts, started, first, fallback)
    ), mine AS MATERIALIZED (
      SELECT g.id FROM "Generation" g JOIN entry USING (id)
      WHERE g.owner = ${owner} AND g.state IN ('queued', 'running')
      ORDER BY g.id FOR NO KEY UPDATE OF g
    ), moved AS (
      UPDATE "Generation" g SET state = CASE WHEN e.started IS NULL THEN 'queued' ELSE 'running' END,
        attempts = e.attempts, "startedAt" = e.started, "firstTokenAt" = e.first, fallback = e.fallback
      FROM entry e JOIN mine USING (id)
      WHERE g.id = e.id
        AND (g.attempts, g."startedAt", g."firstTokenAt", g.fallback)
          IS DISTINCT FROM (e.attempts, e.started, e.first, e.fallback)
    )
    INSERT INTO "Piece" ("generationId", channel, at, text)
    SELECT p.id, p.channel, p.at, p.text FROM unnest(
      ${pieces.map((piece) => piece.generation)}::uuid[],
      ${pieces.map((piece) => piece.channel)}::text[],
      ${pieces.map((piece) => piece.at)}::int[],
      ${pieces.map((piece) => storable(piece.text))}::text[]
    ) AS p (id, channel, at, text) JOIN mine USING (id)
    -- A checkpoint whose outcome was unknown comes again, perhaps longer.
    ON CONFLICT ("generationId", channel, at) DO UPDATE SET text = excluded.text`;
}
