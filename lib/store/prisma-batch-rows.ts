import type { BatchFormat, BatchItemRow, BatchState, ItemCode, ItemState } from '#lib/wire/batch.ts';
import { itemSentence } from '#lib/wire/batch.ts';
import type { ApiBatch, BatchLease, BatchProgress, StoredBatch, StoredItem } from './batch-store.ts';
import { type Batch, type BatchItem, Prisma } from './prisma-client/client.ts';
import { type Db, time } from './prisma-rows.ts';

/** @param running stages of the claimed items, one each */
export function batchOf(row: Batch, running: readonly number[] = []): StoredBatch {
  const stages = JSON.parse(row.stages) as StoredBatch['stages'];
  const { id, userId, name, fileId, message } = row;
  return {
    ...{ id, userId, name, fileId, message, stages },
    ...progressOf(row),
    format: row.format as BatchFormat,
    api: row.api === null ? null : (JSON.parse(row.api) as ApiBatch),
    createdAt: row.createdAt.getTime(),
    startedAt: time(row.startedAt),
    endedAt: time(row.endedAt),
    stageRunning: stages.map((_, at) => running.filter((stage) => stage === at).length),
  };
}

export function progressOf(row: Batch): BatchProgress {
  const { total, stageDone, stageFailed, cancelled } = row;
  return {
    ...{ total, stageDone, stageFailed, cancelled },
    state: row.state as BatchState,
    tokensIn: Number(row.tokensIn),
    tokensOut: Number(row.tokensOut),
  };
}

/** @param where of the batches `b` and how they are ordered */
export async function readBatches(db: Db, where: Prisma.Sql): Promise<StoredBatch[]> {
  const rows = await db.$queryRaw<(Batch & { running: number[] })[]>`
    SELECT b.*, coalesce((
      SELECT array_agg(i.stage) FROM "BatchItem" i WHERE i."batchId" = b.id AND i.state = 'running'
    ), '{}') AS running FROM "Batch" b WHERE ${where}`;
  return rows.map(({ running, ...row }) => batchOf(row, running));
}

export async function readBatch(db: Db, userId: string, batchId: string): Promise<StoredBatch | null> {
  const [batch] = await readBatches(db, Prisma.sql`b.id = ${batchId}::uuid AND b."userId" = ${userId}`);
  return batch ?? null;
}

/** The batch as long as the lease is its newest. */
export function heldBy({ batchId, owner, epoch }: BatchLease): Prisma.Sql {
  return Prisma.sql`id = ${batchId}::uuid AND owner = ${owner} AND epoch = ${epoch}`;
}

export function itemOf(row: BatchItem): StoredItem {
  const { index, customId, stage, attempts, strikes, tokensIn, tokensOut, message } = row;
  return {
    ...{ index, customId, stage, attempts, strikes, tokensIn, tokensOut, message },
    state: row.state as ItemState,
    code: row.code as ItemCode | null,
    input: JSON.parse(row.input) as StoredItem['input'],
    outputs: JSON.parse(row.outputs) as StoredItem['outputs'],
    startedAt: time(row.startedAt),
    endedAt: time(row.endedAt),
  };
}

export function itemRowOf(row: Omit<BatchItem, 'input' | 'outputs' | 'strikes' | 'batchId'>): BatchItemRow {
  const { index, customId, stage, attempts, tokensIn, tokensOut } = row;
  const code = row.code as ItemCode | null;
  return {
    ...{ index, customId, stage, attempts, tokensIn, tokensOut, code },
    state: row.state as ItemState,
    input: row.inputExcerpt,
    output: row.outputExcerpt,
    message: row.message ?? (code === null ? null : itemSentence(code)),
    startedAt: time(row.startedAt),
    endedAt: time(row.endedAt),
  };
}
