import type { BatchProblem } from '#lib/wire/batch.ts';
import {
  type Again,
  type ApiBatch,
  type BatchLease,
  type BatchProgress,
  type Dead,
  excerpt,
  type ItemChange,
  type NewItem,
  STRIKES,
  type StoredBatch,
  type StoredItem,
  tokensOf,
  wasCancelled,
} from '../batch-store.ts';
import { type BatchTable, held, isUnfinished, type KeptBatch, view } from './batch-table.ts';

export function isOwnerless(batch: KeptBatch, owner: string, { afterMs, alone }: Dead, now: number): boolean {
  const dead = batch.owner !== owner && (alone || batch.beatAt <= now - afterMs);
  return isUnfinished(batch) && (batch.owner === '' || dead);
}

export function take(table: BatchTable, batchId: string, owner: string, dead: Dead, now: number) {
  const batch = table.get(batchId);
  if (batch === undefined || !isOwnerless(batch, owner, dead, now)) return null;
  const deaths = batch.deaths + (batch.owner === '' ? 0 : 1);
  Object.assign(batch, { owner, epoch: batch.epoch + 1, beatAt: now, deaths });
  for (const item of batch.items.values()) {
    if (item.state !== 'running') continue;
    item.strikes += 1;
    item.state = item.strikes >= STRIKES ? 'failed' : 'waiting';
    if (item.state === 'waiting') continue;
    Object.assign(item, { code: 'set_aside', endedAt: now });
    count(batch.stageFailed, item.stage, 1);
  }
  return { lease: { batchId, owner, epoch: batch.epoch }, batch: view(batch), deaths };
}

export function release(table: BatchTable, lease: BatchLease): void {
  const batch = held(table, lease);
  if (batch === null) return;
  batch.owner = '';
  batch.epoch += 1;
  for (const item of batch.items.values()) if (item.state === 'running') item.state = 'waiting';
}

export function addItems(table: BatchTable, lease: BatchLease, items: readonly NewItem[]): boolean {
  const batch = held(table, lease);
  if (batch === null) return false;
  for (const item of items) {
    if (batch.items.has(item.index)) continue;
    batch.items.set(item.index, { ...fresh, ...structuredClone(item), excerpt: excerpt(item.excerpt) });
    batch.total += 1;
  }
  return true;
}

const fresh = {
  ...{
    state: 'waiting',
    stage: 0,
    attempts: 0,
    strikes: 0,
    tokensIn: 0,
    tokensOut: 0,
    code: null,
    message: null,
  },
  ...{ outputs: [], startedAt: null, endedAt: null },
} as const satisfies Partial<StoredItem>;

export function open(table: BatchTable, lease: BatchLease, at: number): StoredBatch | null {
  const batch = held(table, lease);
  if (batch === null) return null;
  if (batch.state === 'validating') batch.state = 'running';
  batch.startedAt ??= at;
  return view(batch);
}

export function fail(
  table: BatchTable,
  lease: BatchLease,
  at: number,
  { message, problems }: { message: string; problems: BatchProblem[] },
): StoredBatch | null {
  const batch = held(table, lease);
  if (batch === null) return null;
  const api = batch.api === null ? null : { ...batch.api, problems };
  Object.assign(batch, { state: 'failed', endedAt: at, message, api });
  return view(batch);
}

export function claim(
  table: BatchTable,
  lease: BatchLease,
  { stage, limit, suspects }: { stage: number | null; limit: number; suspects: boolean },
): StoredItem[] {
  const batch = held(table, lease);
  if (batch?.state !== 'running') return [];
  const next = [...batch.items.values()]
    .filter((item) => item.state === 'waiting' && item.strikes >= STRIKES - 1 === suspects)
    .filter((item) => stage === null || item.stage === stage)
    .sort((a, b) => a.index - b.index)
    .slice(0, limit);
  for (const item of next)
    Object.assign(item, { state: 'running', code: null, message: null, endedAt: null });
  return next;
}

export function record(
  table: BatchTable,
  lease: BatchLease,
  changes: readonly ItemChange[],
): BatchProgress | null {
  const batch = held(table, lease);
  if (batch === null) return null;
  for (const change of changes) {
    const item = batch.items.get(change.index);
    const counts = item?.state === 'running' && (change.state !== 'running' || item.stage < change.stage);
    if (item === undefined || !counts) continue;
    const { tokensIn, tokensOut } = tokensOf(change);
    batch.tokensIn += tokensIn - item.tokensIn;
    batch.tokensOut += tokensOut - item.tokensOut;
    Object.assign(item, structuredClone(change), { tokensIn, tokensOut });
    if (change.state === 'running') count(batch.stageDone, change.stage - 1, 1);
    if (change.state === 'done') count(batch.stageDone, change.stage, 1);
    if (change.state === 'failed') count(batch.stageFailed, change.stage, 1);
    if (change.state === 'cancelled') batch.cancelled += 1;
  }
  const { state, total, stageDone, stageFailed, cancelled, tokensIn, tokensOut } = batch;
  return { state, total, stageDone, stageFailed, cancelled, tokensIn, tokensOut };
}

export function settle(table: BatchTable, lease: BatchLease, at: number): StoredBatch | null {
  const batch = held(table, lease);
  if (batch === null) return null;
  const open = [...batch.items.values()].filter(({ state }) => state === 'waiting' || state === 'running');
  const { state } = batch;
  if (state === 'running' ? open.length > 0 : state !== 'cancelling') return view(batch);
  for (const item of open) Object.assign(item, { state: 'cancelled', endedAt: at });
  batch.cancelled += open.length;
  if (batch.api !== null) {
    batch.state = 'finalizing';
    batch.api.finalizingAt = at;
  } else {
    batch.state = state === 'cancelling' ? 'cancelled' : 'completed';
    batch.endedAt = at;
  }
  return view(batch);
}

export function conclude(
  table: BatchTable,
  lease: BatchLease,
  at: number,
  files: Pick<ApiBatch, 'outputFileId' | 'errorFileId'>,
): StoredBatch | null {
  const batch = held(table, lease);
  if (batch?.state !== 'finalizing') return batch === null ? null : view(batch);
  const api = batch.api === null ? null : { ...batch.api, ...files };
  Object.assign(batch, { state: wasCancelled(batch) ? 'cancelled' : 'completed', endedAt: at, api });
  return view(batch);
}

export function retry(batch: KeptBatch, which: Again): StoredBatch | null {
  if (!['running', 'completed', 'cancelled'].includes(batch.state)) return null;
  const again = [...batch.items.values()].filter(({ index, state }) =>
    typeof which === 'number'
      ? index === which && (state === 'failed' || state === 'cancelled')
      : state === which,
  );
  // All that is left holds what was never read in, one item does not.
  const readsOn = which === 'cancelled' && batch.startedAt === null;
  if (again.length === 0 && !readsOn) return null;
  for (const item of again) {
    if (item.state === 'failed') count(batch.stageFailed, item.stage, -1);
    else batch.cancelled -= 1;
    Object.assign(item, { state: 'waiting', strikes: 0, code: null, message: null, endedAt: null });
  }
  if (batch.state !== 'running') batch.owner = '';
  if (batch.api !== null) Object.assign(batch.api, { cancellingAt: null, finalizingAt: null });
  Object.assign(batch, { state: readsOn ? 'validating' : 'running', endedAt: null });
  return view(batch);
}

function count(counts: number[], at: number, by: number): void {
  counts[at] = (counts[at] ?? 0) + by;
}
