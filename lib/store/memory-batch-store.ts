import { Refusal } from '#lib/wire/error-code.ts';
import type { BatchStore, StoredBatch } from './batch-store.ts';
import {
  type BatchTable,
  held,
  isUnfinished,
  itemRow,
  type KeptBatch,
  own,
  page,
  view,
} from './memory/batch-table.ts';
import * as work from './memory/batch-work.ts';
import { type MemoryFileStore, memoryFileStore } from './memory-file-store.ts';
import { storable } from './stored-text.ts';

export interface MemoryBatchStore extends BatchStore {
  /** While true every method is refused with `storage_unavailable`, as in an outage. */
  unavailable: boolean;
}

interface Options {
  now?: () => number;
  /** Milliseconds, of heartbeats. */
  beatClock?: () => number;
  files?: MemoryFileStore;
}

/** Everything in this process, gone with it: for tests. Each method runs whole, one or more microtasks later. */
export function memoryBatchStore(options: Options = {}): MemoryBatchStore {
  const { now = Date.now, beatClock = Date.now, files = memoryFileStore({ now }) } = options;
  const table: BatchTable = new Map();
  async function atomically<T>(run: () => T): Promise<T> {
    await Promise.resolve();
    if (store.unavailable) throw new Refusal('storage_unavailable', 'The database cannot be reached.');
    const result = structuredClone(run());
    await Promise.resolve();
    return result;
  }
  const store: MemoryBatchStore = {
    unavailable: false,
    create: (userId, batch) => atomically(() => create(table, userId, batch, now())),
    batch: (userId, id) => atomically(() => viewOf(own(table, userId, id))),
    batches: (userId, given) => atomically(() => list(table, userId, given)),
    unfinished: (userId) =>
      atomically(
        () => [...table.values()].filter((batch) => batch.userId === userId && isUnfinished(batch)).length,
      ),
    rows: (userId, id, given) => atomically(() => page(own(table, userId, id), given).map(itemRow)),
    items: (userId, id, given) => atomically(() => page(own(table, userId, id), given).map(plain)),
    cancel: (userId, id) => atomically(() => cancel(own(table, userId, id), now())),
    retry: (userId, id, which = 'failed') =>
      atomically(() => {
        const batch = own(table, userId, id);
        return batch === null ? null : work.retry(batch, which);
      }),
    remove: (userId, id) => atomically(() => remove(table, files, own(table, userId, id))),
    purge: (before) => atomically(() => purge(table, files, before)),
    abandoned: (owner, dead) =>
      atomically(() =>
        inTurn([...table.values()].filter((batch) => work.isOwnerless(batch, owner, dead, beatClock()))).map(
          ({ id, userId, state }) => ({ id, userId, state }),
        ),
      ),
    take: (id, owner, dead) => atomically(() => work.take(table, id, owner, dead, beatClock())),
    beat: (owner) =>
      atomically(() => {
        const mine = [...table.values()].filter((batch) => batch.owner === owner && isUnfinished(batch));
        for (const batch of mine) batch.beatAt = beatClock();
        return mine.map(({ id, epoch, state }) => ({ id, epoch, state }));
      }),
    release: (lease) => atomically(() => work.release(table, lease)),
    addItems: (lease, items) => atomically(() => work.addItems(table, lease, items)),
    open: (lease, at) => atomically(() => work.open(table, lease, at)),
    fail: (lease, at, message, problems) =>
      atomically(() => work.fail(table, lease, at, { message, problems })),
    claim: (lease, wanted) => atomically(() => work.claim(table, lease, wanted).map(plain)),
    record: (lease, changes) => atomically(() => work.record(table, lease, changes)),
    settle: (lease, at) => atomically(() => work.settle(table, lease, at)),
    conclude: (lease, at, given) =>
      atomically(() => (held(table, lease) === null ? null : work.conclude(table, lease, at, given))),
  };
  return store;
}

type Kept = KeptBatch['items'] extends Map<number, infer Item> ? Item : never;

function plain({ excerpt: _excerpt, ...item }: Partial<Pick<Kept, 'excerpt'>> & Omit<Kept, 'excerpt'>) {
  return item;
}

function viewOf(batch: KeptBatch | null): StoredBatch | null {
  return batch === null ? null : view(batch);
}

function create(
  table: BatchTable,
  userId: string,
  batch: Parameters<BatchStore['create']>[1],
  now: number,
): StoredBatch {
  const known = table.get(batch.id);
  if (known !== undefined && known.userId !== userId) throw new Refusal('conflict', 'This id is in use.');
  if (known !== undefined) return view(known);
  const zeros = batch.stages.map(() => 0);
  const made: KeptBatch = {
    ...structuredClone(batch),
    ...{
      name: storable(batch.name),
      userId,
      state: 'validating',
      createdAt: now,
      startedAt: null,
      endedAt: null,
      total: 0,
      message: null,
    },
    ...{ stageDone: [...zeros], stageFailed: [...zeros], stageRunning: [...zeros], cancelled: 0 },
    ...{ tokensIn: 0, tokensOut: 0, owner: '', epoch: 0, deaths: 0, beatAt: 0, items: new Map() },
  };
  table.set(batch.id, made);
  return view(made);
}

function list(table: BatchTable, userId: string, given: Parameters<BatchStore['batches']>[1]): StoredBatch[] {
  const { before, limit, viaApi } = given;
  const mine = [...table.values()]
    .filter((batch) => batch.userId === userId && (viaApi !== true || batch.api !== null))
    .sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1));
  const at = mine.findIndex(({ id }) => id === before);
  if (before !== undefined && at < 0) return [];
  return mine.slice(at + 1, at + 1 + limit).map(view);
}

/** Everybody's oldest, then everybody's next. */
function inTurn(batches: KeptBatch[]): KeptBatch[] {
  const ranks = new Map<string, number>();
  const ranked = batches
    .sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1))
    .map((batch) => {
      const rank = ranks.get(batch.userId) ?? 0;
      ranks.set(batch.userId, rank + 1);
      return { batch, rank };
    });
  return ranked
    .sort((a, b) => a.rank - b.rank)
    .slice(0, 1000)
    .map(({ batch }) => batch);
}

function cancel(batch: KeptBatch | null, now: number): StoredBatch | null {
  if (batch === null || !['validating', 'running', 'cancelling'].includes(batch.state)) return null;
  if (batch.api !== null) batch.api.cancellingAt ??= now;
  batch.state = 'cancelling';
  return view(batch);
}

function remove(table: BatchTable, files: MemoryFileStore, batch: KeptBatch | null): boolean {
  if (batch === null) return false;
  table.delete(batch.id);
  const outputs = [batch.api?.outputFileId, batch.api?.errorFileId];
  const shared = [...table.values()].some(({ fileId }) => fileId === batch.fileId);
  files.drop(
    ({ id, purpose }) => outputs.includes(id) || (id === batch.fileId && purpose === 'upload' && !shared),
  );
  return true;
}

function purge(
  table: BatchTable,
  files: MemoryFileStore,
  before: Parameters<BatchStore['purge']>[0],
): number {
  const old = [...table.values()].filter(({ endedAt }) => endedAt !== null && endedAt < before.ended);
  for (const { id } of old) table.delete(id);
  const uses = (id: string, isUpload: boolean) =>
    [...table.values()].some((batch) => batch.fileId === id && (isUpload || isUnfinished(batch)));
  const gone = files.drop(({ id, purpose, isWhole, createdAt }) => {
    const isUpload = purpose === 'upload';
    return createdAt < (isUpload || !isWhole ? before.uploads : before.files) && !uses(id, isUpload);
  });
  return old.length + gone;
}
