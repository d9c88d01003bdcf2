import type { BatchItemRow } from '#lib/wire/batch.ts';
import {
  type BatchLease,
  type BatchProgress,
  type ItemChange,
  type ItemPage,
  type NewItem,
  outputExcerpt,
  STRIKES,
  type StoredItem,
  tokensOf,
} from './batch-store.ts';
import { heldBy, itemOf, itemRowOf, progressOf } from './prisma-batch-rows.ts';
import { type Batch, type BatchItem, Prisma } from './prisma-client/client.ts';
import { type Db, date } from './prisma-rows.ts';
import { storable } from './stored-text.ts';

export async function addItems(db: Db, lease: BatchLease, items: readonly NewItem[]): Promise<boolean> {
  const rows = await db.$queryRaw<unknown[]>`
    WITH lease AS (SELECT id FROM "Batch" WHERE ${heldBy(lease)} FOR UPDATE), added AS (
      INSERT INTO "BatchItem" ("batchId", index, "customId", input, "inputExcerpt")
      SELECT lease.id, n.index, n.custom, n.input, n.excerpt FROM lease, unnest(
        ${items.map(({ index }) => index)}::int[], ${items.map(({ customId }) => customId)}::text[],
        ${items.map(({ input }) => JSON.stringify(input))}::text[],
        ${items.map(({ excerpt }) => storable(excerpt))}::text[]
      ) AS n (index, custom, input, excerpt)
      ON CONFLICT DO NOTHING RETURNING 1
    )
    UPDATE "Batch" b SET total = total + (SELECT count(*)::int FROM added) FROM lease WHERE b.id = lease.id
    RETURNING 1`;
  return rows.length > 0;
}

export async function claim(
  db: Db,
  lease: BatchLease,
  { stage, limit, suspects }: { stage: number | null; limit: number; suspects: boolean },
): Promise<StoredItem[]> {
  const who = suspects ? Prisma.sql`i.strikes >= ${STRIKES - 1}` : Prisma.sql`i.strikes < ${STRIKES - 1}`;
  const where = stage === null ? Prisma.sql`TRUE` : Prisma.sql`i.stage = ${stage}`;
  const rows = await db.$queryRaw<BatchItem[]>`
    WITH lease AS (SELECT id FROM "Batch" WHERE ${heldBy(lease)} AND state = 'running' FOR UPDATE), next AS (
      SELECT i."batchId", i.index FROM "BatchItem" i JOIN lease ON i."batchId" = lease.id
      WHERE i.state = 'waiting' AND ${who} AND ${where} ORDER BY i.index LIMIT ${limit}
    )
    UPDATE "BatchItem" i SET state = 'running', code = NULL, message = NULL, "endedAt" = NULL FROM next
    WHERE i."batchId" = next."batchId" AND i.index = next.index RETURNING i.*`;
  return rows.map(itemOf).sort((a, b) => a.index - b.index);
}

/** Items are moved and the counts of their batch with them, in one statement, if the lease holds. */
export async function record(
  db: Db,
  lease: BatchLease,
  changes: readonly ItemChange[],
): Promise<BatchProgress | null> {
  const [row] = await db.$queryRaw<Batch[]>`
    WITH lease AS (SELECT id FROM "Batch" WHERE ${heldBy(lease)} FOR UPDATE), entry AS (
      SELECT * FROM ${entries(changes)}
    ), mine AS (
      SELECT i."batchId", i.index, i."tokensIn", i."tokensOut" FROM "BatchItem" i
      JOIN lease ON i."batchId" = lease.id JOIN entry e ON e.index = i.index
      WHERE i.state = 'running' AND (e.state <> 'running' OR i.stage < e.stage)
    ), moved AS (
      UPDATE "BatchItem" i SET state = e.state, stage = e.stage, attempts = e.attempts, outputs = e.outputs,
        "outputExcerpt" = e.excerpt, code = e.code, message = e.message, "tokensIn" = e.taken, "tokensOut" = e.given,
        "startedAt" = e.started, "endedAt" = e.ended
      FROM mine m JOIN entry e ON e.index = m.index WHERE i."batchId" = m."batchId" AND i.index = m.index
      RETURNING i.state, i.stage, e.taken - m."tokensIn" AS taken, e.given - m."tokensOut" AS given
    ), tally AS (
      SELECT CASE WHEN state = 'running' THEN stage - 1 ELSE stage END AS stage,
        count(*) FILTER (WHERE state IN ('running', 'done'))::int AS done,
        count(*) FILTER (WHERE state = 'failed')::int AS failed
      FROM moved GROUP BY 1
    )
    UPDATE "Batch" b SET
      "stageDone" = (SELECT array_agg(d.n + coalesce(t.done, 0) ORDER BY d.place)
        FROM unnest(b."stageDone") WITH ORDINALITY AS d (n, place) LEFT JOIN tally t ON t.stage + 1 = d.place),
      "stageFailed" = (SELECT array_agg(d.n + coalesce(t.failed, 0) ORDER BY d.place)
        FROM unnest(b."stageFailed") WITH ORDINALITY AS d (n, place) LEFT JOIN tally t ON t.stage + 1 = d.place),
      cancelled = b.cancelled + (SELECT count(*)::int FROM moved WHERE state = 'cancelled'),
      "tokensIn" = b."tokensIn" + (SELECT coalesce(sum(taken), 0)::bigint FROM moved),
      "tokensOut" = b."tokensOut" + (SELECT coalesce(sum(given), 0)::bigint FROM moved)
    FROM lease WHERE b.id = lease.id RETURNING b.*`;
  return row === undefined ? null : progressOf(row);
}

function entries(changes: readonly ItemChange[]): Prisma.Sql {
  const tokens = changes.map(tokensOf);
  return Prisma.sql`unnest(
    ${changes.map(({ index }) => index)}::int[], ${changes.map(({ state }) => state)}::text[],
    ${changes.map(({ stage }) => stage)}::int[], ${changes.map(({ attempts }) => attempts)}::int[],
    ${changes.map(({ outputs }) => JSON.stringify(outputs))}::text[],
    ${changes.map((change) => textOrNull(outputExcerpt(change)))}::text[],
    ${changes.map(({ code }) => code)}::text[], ${changes.map(({ message }) => textOrNull(message))}::text[],
    ${tokens.map(({ tokensIn }) => tokensIn)}::int[], ${tokens.map(({ tokensOut }) => tokensOut)}::int[],
    ${changes.map(({ startedAt }) => date(startedAt))}::timestamptz[],
    ${changes.map(({ endedAt }) => date(endedAt))}::timestamptz[]
  ) AS e (index, state, stage, attempts, outputs, excerpt, code, message, taken, given, started, ended)`;
}

export async function rows(db: Db, userId: string, batchId: string, page: ItemPage): Promise<BatchItemRow[]> {
  const { after, limit } = page;
  const found = await db.batchItem.findMany({
    where: { batchId, batch: { userId }, index: { gt: after }, ...shownAs(page) },
    orderBy: { index: 'asc' },
    take: limit,
    omit: { input: true, outputs: true, strikes: true, batchId: true },
  });
  return found.map(itemRowOf);
}

export async function items(db: Db, userId: string, batchId: string, page: ItemPage): Promise<StoredItem[]> {
  const { after, limit } = page;
  const found = await db.batchItem.findMany({
    where: { batchId, batch: { userId }, index: { gt: after }, ...shownAs(page) },
    orderBy: { index: 'asc' },
    take: limit,
  });
  return found.map(itemOf);
}

function shownAs({ state, open }: ItemPage): Prisma.BatchItemWhereInput {
  if (state === undefined) return {};
  if (open === undefined) return { state };
  if (state === 'running') return { AND: { state, index: { in: [...open] } } };
  if (state !== 'waiting') return { state };
  return { OR: [{ state }, { state: 'running', index: { notIn: [...open] } }] };
}

function textOrNull(text: string | null): string | null {
  return text === null ? null : storable(text);
}
