import { Refusal } from '#lib/wire/error-code.ts';
import type { Again, BatchStore, StoredBatch } from './batch-store.ts';
import { readBatch, readBatches } from './prisma-batch-rows.ts';
import { Prisma } from './prisma-client/client.ts';
import type { Db } from './prisma-rows.ts';
import { storable } from './stored-text.ts';

type NewRow = Parameters<BatchStore['create']>[1];

export async function create(db: Db, userId: string, batch: NewRow, now: Date): Promise<StoredBatch> {
  const { id, name, format, fileId, stages, api } = batch;
  const zeros = stages.map(() => 0);
  await db.$executeRaw`
    INSERT INTO "Batch" (id, "userId", name, state, format, "fileId", stages, api, "createdAt", "stageDone", "stageFailed")
    VALUES (${id}::uuid, ${userId}, ${storable(name)}, 'validating', ${format}, ${fileId}::uuid, ${JSON.stringify(stages)},
      ${api === null ? null : JSON.stringify(api)}, ${now}::timestamptz, ${zeros}::int[], ${zeros}::int[])
    ON CONFLICT (id) DO NOTHING`;
  const stored = await readBatch(db, userId, id);
  if (stored === null) throw new Refusal('conflict', 'This id is in use.');
  return stored;
}

export function list(
  db: Db,
  userId: string,
  { before, limit, viaApi }: { before?: string; limit: number; viaApi?: boolean },
): Promise<StoredBatch[]> {
  const below =
    before === undefined
      ? Prisma.sql`TRUE`
      : Prisma.sql`(b."createdAt", b.id) < (SELECT o."createdAt", o.id FROM "Batch" o
          WHERE o.id = ${before}::uuid AND o."userId" = ${userId})`;
  const which = viaApi === true ? Prisma.sql`b.api IS NOT NULL` : Prisma.sql`TRUE`;
  return readBatches(
    db,
    Prisma.sql`b."userId" = ${userId} AND ${below} AND ${which} ORDER BY b."createdAt" DESC, b.id DESC LIMIT ${limit}`,
  );
}

export function unfinished(db: Db, userId: string): Promise<number> {
  return db.batch.count({ where: { userId, state: { notIn: ['completed', 'cancelled', 'failed'] } } });
}

/** Runs in a transaction. */
export async function cancel(
  db: Db,
  userId: string,
  batchId: string,
  now: Date,
): Promise<StoredBatch | null> {
  const batch = await locked(db, userId, batchId);
  if (batch === null || !['validating', 'running', 'cancelling'].includes(batch.state)) return null;
  if (batch.state === 'cancelling') return batch;
  const api = batch.api === null ? null : JSON.stringify({ ...batch.api, cancellingAt: now.getTime() });
  await db.batch.update({ where: { id: batchId }, data: { state: 'cancelling', api } });
  return readBatch(db, userId, batchId);
}

/** Runs in a transaction. */
export async function retry(
  db: Db,
  userId: string,
  batchId: string,
  which: Again,
): Promise<StoredBatch | null> {
  const batch = await locked(db, userId, batchId);
  if (batch === null || !['running', 'completed', 'cancelled'].includes(batch.state)) return null;
  const meant =
    typeof which === 'number'
      ? Prisma.sql`i.state IN ('failed', 'cancelled') AND i.index = ${which}`
      : Prisma.sql`i.state = ${which}`;
  // All that is left holds what was never read in, one item does not.
  const readsOn = which === 'cancelled' && batch.startedAt === null;
  // Not by jsonb: it takes neither NUL nor half a surrogate pair, and metadata may hold both.
  const api = batch.api && JSON.stringify({ ...batch.api, cancellingAt: null, finalizingAt: null });
  const again = await db.$queryRaw<unknown[]>`
    WITH again AS (
      SELECT i."batchId", i.index, i.state, i.stage FROM "BatchItem" i WHERE i."batchId" = ${batchId}::uuid AND ${meant}
    ), moved AS (
      UPDATE "BatchItem" i SET state = 'waiting', strikes = 0, code = NULL, message = NULL, "endedAt" = NULL,
        "outputExcerpt" = CASE again.state WHEN 'cancelled' THEN NULL ELSE i."outputExcerpt" END FROM again
      WHERE i."batchId" = again."batchId" AND i.index = again.index
    ), tally AS (SELECT stage, count(*)::int AS failed FROM again WHERE state = 'failed' GROUP BY stage)
    UPDATE "Batch" b SET state = ${readsOn ? 'validating' : 'running'}, "endedAt" = NULL,
      api = ${api},
      owner = CASE b.state WHEN 'running' THEN b.owner ELSE '' END,
      cancelled = b.cancelled - (SELECT count(*)::int FROM again WHERE state = 'cancelled'),
      "stageFailed" = (SELECT array_agg(d.n - coalesce(t.failed, 0) ORDER BY d.place)
        FROM unnest(b."stageFailed") WITH ORDINALITY AS d (n, place) LEFT JOIN tally t ON t.stage + 1 = d.place)
    WHERE b.id = ${batchId}::uuid AND (EXISTS (SELECT 1 FROM again) OR ${readsOn})
    RETURNING 1`;
  return again.length === 0 ? null : readBatch(db, userId, batchId);
}

/** Runs in a transaction. Uploads go with their batch, and so do the files that came out of it. */
export async function remove(db: Db, userId: string, batchId: string): Promise<boolean> {
  const batch = await locked(db, userId, batchId);
  if (batch === null) return false;
  await db.batch.delete({ where: { id: batchId } });
  const outputs = [batch.api?.outputFileId, batch.api?.errorFileId].filter((id) => typeof id === 'string');
  await db.batchFile.deleteMany({ where: { userId, id: { in: outputs } } });
  if (batch.fileId !== null && (await db.batch.count({ where: { fileId: batch.fileId } })) === 0)
    await db.batchFile.deleteMany({ where: { userId, id: batch.fileId, purpose: 'upload' } });
  return true;
}

/** Each may hold 50,000 items or 200 MB, and on the embedded database everybody waits for a statement. */
const PURGED_AT_ONCE = 20;

/** Some of what is too old; 0 when nothing is left of it. */
export async function purgeSome(
  db: Db,
  before: { ended: Date; files: Date; uploads: Date },
): Promise<number> {
  const batches = await db.$executeRaw`
    DELETE FROM "Batch" WHERE id IN (
      SELECT id FROM "Batch" WHERE "endedAt" < ${before.ended}::timestamptz LIMIT ${PURGED_AT_ONCE}
    ) AND "endedAt" < ${before.ended}::timestamptz`;
  const files = await db.$executeRaw`
    DELETE FROM "BatchFile" WHERE id IN (SELECT f.id FROM "BatchFile" f WHERE NOT EXISTS (
      SELECT 1 FROM "Batch" b WHERE b."fileId" = f.id
        AND (f.purpose = 'upload' OR b.state NOT IN ('cancelled', 'completed', 'failed'))
    ) AND f."createdAt" < CASE WHEN f.purpose = 'upload' OR NOT f."isWhole"
      THEN ${before.uploads}::timestamptz ELSE ${before.files}::timestamptz END LIMIT ${PURGED_AT_ONCE})`;
  return batches + files;
}

async function locked(db: Db, userId: string, batchId: string): Promise<StoredBatch | null> {
  await db.$queryRaw`SELECT 1 FROM "Batch" WHERE id = ${batchId}::uuid AND "userId" = ${userId} FOR UPDATE`;
  return readBatch(db, userId, batchId);
}
