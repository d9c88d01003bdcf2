import type { BatchProblem, BatchState } from '#lib/wire/batch.ts';
import {
  type ApiBatch,
  type BatchLease,
  type Dead,
  STRIKES,
  type StoredBatch,
  wasCancelled,
} from './batch-store.ts';
import { batchOf, heldBy } from './prisma-batch-rows.ts';
import { type Batch, Prisma } from './prisma-client/client.ts';
import type { Db } from './prisma-rows.ts';

const unfinished = Prisma.sql`state NOT IN ('cancelled', 'completed', 'failed')`;

/** Cut to the column's milliseconds, which rounds: a beat is never one of the future. */
const beatNow = Prisma.sql`date_trunc('milliseconds', clock_timestamp())`;

/** Nobody's, or of an owner that has died. The clock is the database's, for all processes the same. */
function ownerless(owner: string, { afterMs, alone }: Dead): Prisma.Sql {
  return Prisma.sql`${unfinished} AND (owner = '' OR (owner <> ${owner} AND (${alone}
    OR "beatAt" <= clock_timestamp() - ${afterMs} * interval '1 millisecond')))`;
}

export function abandoned(
  db: Db,
  owner: string,
  dead: Dead,
): Promise<{ id: string; userId: string; state: BatchState }[]> {
  return db.$queryRaw`SELECT id, "userId", state FROM "Batch" WHERE ${ownerless(owner, dead)}
    ORDER BY row_number() OVER (PARTITION BY "userId" ORDER BY "createdAt", id), "createdAt", id LIMIT 1000`;
}

/** Runs in a transaction. */
export async function take(
  db: Db,
  batchId: string,
  owner: string,
  dead: Dead,
): Promise<{ lease: BatchLease; batch: StoredBatch; deaths: number } | null> {
  const taken = await db.$queryRaw<Batch[]>`
    UPDATE "Batch" SET owner = ${owner}, epoch = epoch + 1, "beatAt" = ${beatNow},
      deaths = deaths + CASE owner WHEN '' THEN 0 ELSE 1 END
    WHERE id = ${batchId}::uuid AND ${ownerless(owner, dead)} RETURNING *`;
  const epoch = taken[0]?.epoch;
  if (epoch === undefined) return null;
  await strike(db, batchId);
  const row = await db.batch.findUniqueOrThrow({ where: { id: batchId } });
  return { lease: { batchId, owner, epoch }, batch: batchOf(row), deaths: row.deaths };
}

/** What the dead owner had claimed. */
async function strike(db: Db, batchId: string): Promise<void> {
  await db.$executeRaw`
    WITH struck AS (
      UPDATE "BatchItem" SET strikes = strikes + 1,
        state = CASE WHEN strikes + 1 >= ${STRIKES} THEN 'failed' ELSE 'waiting' END,
        code = CASE WHEN strikes + 1 >= ${STRIKES} THEN 'set_aside' END,
        "endedAt" = CASE WHEN strikes + 1 >= ${STRIKES} THEN clock_timestamp() END
      WHERE "batchId" = ${batchId}::uuid AND state = 'running' RETURNING state, stage
    ), tally AS (SELECT stage, count(*)::int AS failed FROM struck WHERE state = 'failed' GROUP BY stage)
    UPDATE "Batch" b SET "stageFailed" = (SELECT array_agg(d.n + coalesce(t.failed, 0) ORDER BY d.place)
      FROM unnest(b."stageFailed") WITH ORDINALITY AS d (n, place) LEFT JOIN tally t ON t.stage + 1 = d.place)
    WHERE b.id = ${batchId}::uuid AND EXISTS (SELECT 1 FROM tally)`;
}

export function beat(db: Db, owner: string): Promise<{ id: string; epoch: number; state: BatchState }[]> {
  return db.$queryRaw`
    UPDATE "Batch" SET "beatAt" = ${beatNow} WHERE owner = ${owner} AND ${unfinished}
    RETURNING id, epoch, state`;
}

/** Runs in a transaction. */
export async function release(db: Db, lease: BatchLease): Promise<void> {
  const held = await db.$executeRaw`
    UPDATE "Batch" SET owner = '', epoch = epoch + 1 WHERE ${heldBy(lease)}`;
  if (held === 0) return;
  const claimed = { batchId: lease.batchId, state: 'running' };
  await db.batchItem.updateMany({ where: claimed, data: { state: 'waiting' } });
}

export async function open(db: Db, lease: BatchLease, at: number): Promise<StoredBatch | null> {
  const rows = await db.$queryRaw<Batch[]>`
    UPDATE "Batch" SET state = CASE state WHEN 'validating' THEN 'running' ELSE state END,
      "startedAt" = coalesce("startedAt", ${new Date(at)}::timestamptz)
    WHERE ${heldBy(lease)} RETURNING *`;
  return rows[0] === undefined ? null : batchOf(rows[0]);
}

/** Runs in a transaction. */
export async function fail(
  db: Db,
  lease: BatchLease,
  at: number,
  { message, problems }: { message: string; problems: BatchProblem[] },
): Promise<StoredBatch | null> {
  const batch = await locked(db, lease);
  if (batch === null) return null;
  const api = batch.api === null ? null : { ...batch.api, problems };
  return moved(db, lease, { state: 'failed', endedAt: new Date(at), message, api });
}

/** Runs in a transaction. */
export async function settle(db: Db, lease: BatchLease, at: number): Promise<StoredBatch | null> {
  const batch = await locked(db, lease);
  if (batch === null || (batch.state !== 'running' && batch.state !== 'cancelling')) return batch;
  const open = { batchId: batch.id, state: { in: ['waiting', 'running'] } };
  const endedAt = new Date(at);
  if (batch.state === 'running') {
    if ((await db.batchItem.findFirst({ where: open, select: { index: true } })) !== null) return batch;
    return moved(db, lease, over(batch, endedAt));
  }
  const { count } = await db.batchItem.updateMany({ where: open, data: { state: 'cancelled', endedAt } });
  return moved(db, lease, { ...over(batch, endedAt), cancelled: batch.cancelled + count });
}

function over({ api, state }: StoredBatch, endedAt: Date): Move {
  if (api !== null) return { state: 'finalizing', api: { ...api, finalizingAt: endedAt.getTime() } };
  return { state: state === 'cancelling' ? 'cancelled' : 'completed', endedAt };
}

/** Runs in a transaction. */
export async function conclude(
  db: Db,
  lease: BatchLease,
  at: number,
  files: Pick<ApiBatch, 'outputFileId' | 'errorFileId'>,
): Promise<StoredBatch | null> {
  const batch = await locked(db, lease);
  if (batch?.state !== 'finalizing') return batch;
  const api = batch.api === null ? null : { ...batch.api, ...files };
  const state = wasCancelled(batch) ? 'cancelled' : 'completed';
  return moved(db, lease, { state, endedAt: new Date(at), api });
}

async function locked(db: Db, lease: BatchLease): Promise<StoredBatch | null> {
  const [row] = await db.$queryRaw<Batch[]>`SELECT * FROM "Batch" WHERE ${heldBy(lease)} FOR UPDATE`;
  return row === undefined ? null : batchOf(row);
}

interface Move {
  state: BatchState;
  endedAt?: Date;
  message?: string;
  cancelled?: number;
  api?: ApiBatch | null;
}

async function moved(db: Db, { batchId }: BatchLease, { api, ...move }: Move): Promise<StoredBatch> {
  const data = { ...move, ...(api ? { api: JSON.stringify(api) } : {}) };
  return batchOf(await db.batch.update({ where: { id: batchId }, data }));
}
