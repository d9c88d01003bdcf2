import { type BatchItemRow, type BatchState, isOver, itemSentence } from '#lib/wire/batch.ts';
import type { BatchLease, ItemPage, StoredBatch, StoredItem } from '../batch-store.ts';
import { excerpt, isVoid, outputExcerpt } from '../batch-store.ts';

export interface KeptBatch extends StoredBatch {
  owner: string;
  epoch: number;
  deaths: number;
  beatAt: number;
  items: Map<number, StoredItem & { excerpt: string }>;
}

export type BatchTable = Map<string, KeptBatch>;

export function own(table: BatchTable, userId: string, id: string): KeptBatch | null {
  const batch = table.get(id);
  return batch?.userId === userId ? batch : null;
}

export function held(table: BatchTable, { batchId, owner, epoch }: BatchLease): KeptBatch | null {
  const batch = table.get(batchId);
  return batch?.owner === owner && batch.epoch === epoch ? batch : null;
}

export function view({
  owner: _owner,
  epoch: _epoch,
  deaths: _deaths,
  beatAt: _beatAt,
  items,
  ...batch
}: KeptBatch): StoredBatch {
  const stageRunning = batch.stages.map(
    (_, at) => [...items.values()].filter(({ state, stage }) => state === 'running' && stage === at).length,
  );
  return { ...batch, stageRunning };
}

export function isUnfinished({ state }: { state: BatchState }): boolean {
  return !isOver(state);
}

export function page(batch: KeptBatch | null, { state, open, after, limit }: ItemPage) {
  const shown = (item: StoredItem) =>
    item.state === 'running' && open?.includes(item.index) === false ? 'waiting' : item.state;
  return [...(batch?.items.values() ?? [])]
    .filter((item) => item.index > after && (state === undefined || shown(item) === state))
    .sort((a, b) => a.index - b.index)
    .slice(0, limit);
}

export function itemRow(item: StoredItem & { excerpt: string }): BatchItemRow {
  const { index, customId, state, stage, attempts, code, tokensIn, tokensOut, startedAt, endedAt } = item;
  const message = item.message ?? (code === null ? null : itemSentence(code));
  const ends = { input: excerpt(item.excerpt), output: isVoid(item) ? null : outputExcerpt(item), message };
  return { index, customId, state, stage, attempts, code, tokensIn, tokensOut, startedAt, endedAt, ...ends };
}
