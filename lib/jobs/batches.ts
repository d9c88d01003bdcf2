import type { Again, BatchStore, StoredBatch, StoredItem } from '#lib/store/batch-store.ts';
import type { FileStore, StoredFile } from '#lib/store/file-store.ts';
import type { Models } from '#lib/upstream/model.ts';
import {
  type BatchDraft,
  type BatchFormat,
  type BatchItem,
  type BatchItemRow,
  type BatchItems,
  type BatchList,
  type BatchProblems,
  type BatchSummary,
  type BatchUpload,
  type ItemState,
  isOver,
  type NewBatch,
} from '#lib/wire/batch.ts';
import type { BatchPreview } from '#lib/wire/batch-preview.ts';
import { Refusal } from '#lib/wire/error-code.ts';
import { draftProblems, previewOf } from './batch-draft.ts';
import type { LiveTexts } from './batch-live.ts';
import { itemsOf } from './batch-output.ts';
import { ended, summaryOf, unknownPace } from './batch-summary.ts';
import { takeIn } from './batch-upload.ts';
import { itemView } from './batch-view.ts';
import type { BatchWorker } from './batch-worker.ts';

export interface BatchesPorts {
  store: BatchStore;
  files: FileStore;
  worker: BatchWorker;
  models: Models;
  tell: (userId: string, batch: BatchSummary) => void;
  tellGone: (userId: string, batchId: string) => void;
  newId: () => string;
  /** Milliseconds, monotonic. */
  clock: () => number;
}

/** Something is wrong with a file or a draft, and nothing was stored. */
export class BatchFault extends Error {
  readonly report: BatchProblems;

  constructor(report: BatchProblems) {
    super('the file or the draft has problems');
    this.name = 'BatchFault';
    this.report = report;
  }
}

/** Of one person at once. Each may hold 50,000 items. */
const MOST_UNFINISHED = 100;

function tooMany(): Refusal {
  const words = `${MOST_UNFINISHED} of your batches are not over yet. Wait for one to end, or cancel one.`;
  return new Refusal('too_many_requests', words);
}

/** What people do with batches. @throws Refusal `not_found` for one that is not theirs, throughout */
export class Batches {
  readonly #ports: BatchesPorts;

  constructor(ports: BatchesPorts) {
    this.#ports = ports;
  }

  /** @throws BatchFault */
  async upload(
    userId: string,
    file: { name: string; format: BatchFormat; content: AsyncIterable<Uint8Array> },
  ): Promise<BatchUpload> {
    const id = this.#ports.newId();
    const taken = await takeIn({ ...file, userId, id, purpose: 'upload' }, this.#ports.files);
    if ('problems' in taken) throw new BatchFault(taken.problems);
    const { name, format, bytes, facts } = taken.file;
    const { total, columns, firstItems } = facts;
    return { fileId: id, name, format, bytes, total, columns, firstItems };
  }

  /** @throws BatchFault */
  async preview(userId: string, draft: BatchDraft): Promise<BatchPreview> {
    return previewOf(await this.#fit(userId, draft), draft.stages);
  }

  /** @throws BatchFault */
  async start(userId: string, { id, name, fileId, stages }: NewBatch): Promise<BatchSummary> {
    const { format } = await this.#fit(userId, { fileId, stages });
    return this.begin(userId, { id, name, format, fileId, stages, api: null });
  }

  /** Whatever is wrong with it is found out later. @throws Refusal `too_many_requests` beyond `MOST_UNFINISHED` */
  async begin(userId: string, given: Parameters<BatchStore['create']>[1]): Promise<BatchSummary> {
    const { store } = this.#ports;
    const isFull = (await store.unfinished(userId)) >= MOST_UNFINISHED;
    // The same start twice is one batch, however many there are.
    if (isFull && (await store.batch(userId, given.id)) === null) throw tooMany();
    const batch = await store.create(userId, given);
    if (!isOver(batch.state)) await this.#ports.worker.changed(batch);
    return this.#told(batch);
  }

  async list(userId: string, page: { before?: string; limit: number }): Promise<BatchList> {
    const found = await this.#ports.store.batches(userId, { ...page, limit: page.limit + 1 });
    const batches = found.slice(0, page.limit).map((batch) => this.#summary(batch));
    return { batches, next: found.length > page.limit ? (batches.at(-1)?.id ?? null) : null };
  }

  async one(userId: string, batchId: string): Promise<BatchSummary> {
    return this.#summary(await this.stored(userId, batchId));
  }

  async items(
    userId: string,
    batchId: string,
    page: { state?: ItemState; after: number; limit: number },
  ): Promise<BatchItems> {
    await this.stored(userId, batchId);
    const open = this.#open(batchId);
    const shown = { ...page, limit: page.limit + 1, ...(open ? { open } : {}) };
    const found = await this.#ports.store.rows(userId, batchId, shown);
    const items = found.slice(0, page.limit).map((row) => asOpen(row, open));
    return { items, next: found.length > page.limit ? (items.at(-1)?.index ?? null) : null };
  }

  async item(userId: string, batchId: string, index: number): Promise<BatchItem> {
    const batch = await this.stored(userId, batchId);
    const [item] = await this.#ports.store.items(userId, batchId, { after: index - 1, limit: 1 });
    if (item?.index !== index) throw new Refusal('not_found', 'This batch has no such item.');
    return asOpen(itemView(batch, item), this.#open(batchId));
  }

  /** Texts of its items as they come; null while the batch does not run in this process. */
  live(batchId: string): LiveTexts | null {
    return this.#ports.worker.running(batchId)?.live ?? null;
  }

  /** Every item with all it holds, and the batch they are of. */
  async all(
    userId: string,
    batchId: string,
  ): Promise<{ batch: StoredBatch; items: AsyncGenerator<StoredItem> }> {
    const batch = await this.stored(userId, batchId);
    return { batch, items: itemsOf(this.#ports.store, batch) };
  }

  /** Names of the variables of its items; none when its file is gone, or holds requests. */
  async columns(userId: string, { fileId }: Pick<StoredBatch, 'fileId'>): Promise<string[]> {
    const file = fileId === null ? null : await this.#ports.files.file(userId, fileId);
    return file?.facts.columns ?? [];
  }

  /** One that is over stays as it is. */
  async cancel(userId: string, batchId: string): Promise<BatchSummary> {
    const batch = await this.#ports.store.cancel(userId, batchId);
    if (batch === null) return this.one(userId, batchId);
    await this.#ports.worker.changed(batch);
    // Read again: it may be over by now, and what is told last stays.
    return this.#told(await this.stored(userId, batchId));
  }

  /** @throws Refusal `conflict` when there is nothing to retry */
  async retry(userId: string, batchId: string, which: Again = 'failed'): Promise<BatchSummary> {
    const batch = await this.#ports.store.retry(userId, batchId, which);
    if (batch !== null) {
      await this.#ports.worker.changed(batch);
      return this.#told(await this.stored(userId, batchId));
    }
    await this.stored(userId, batchId);
    const none = which === 'cancelled' ? 'was cancelled' : 'has failed';
    throw new Refusal('conflict', `There is nothing to ask again: no item ${none}, or the batch is ending.`);
  }

  async remove(userId: string, batchId: string): Promise<void> {
    const isGone = await this.#ports.store.remove(userId, batchId);
    if (!isGone) throw unknown();
    this.#ports.worker.gone(batchId);
    this.#ports.tellGone(userId, batchId);
  }

  async stored(userId: string, batchId: string): Promise<StoredBatch> {
    const batch = await this.#ports.store.batch(userId, batchId);
    if (batch === null) throw unknown();
    return batch;
  }

  async #fit(userId: string, { fileId, stages }: BatchDraft): Promise<StoredFile> {
    const { files, models } = this.#ports;
    const file = await files.file(userId, fileId);
    if (file === null) throw new Refusal('not_found', 'This file is gone. Upload it again.');
    const problems = draftProblems(file, stages, models);
    if (problems !== null) throw new BatchFault(problems);
    return file;
  }

  /** Indexes of the items whose calls are open; null while the batch does not run in this process. */
  #open(batchId: string): number[] | null {
    return this.#ports.worker.running(batchId)?.run.open ?? null;
  }

  #told(batch: StoredBatch): BatchSummary {
    const summary = this.#summary(batch);
    this.#ports.tell(batch.userId, summary);
    return summary;
  }

  /** With what runs in this process at the moment; the store knows only what is claimed. */
  #summary(batch: StoredBatch): BatchSummary {
    const running = this.#ports.worker.running(batch.id);
    if (running === null || batch.state !== 'running')
      return summaryOf(batch, unknownPace, !this.#ports.worker.holds(batch.id));
    const { stageRunning } = running.run.batch;
    return summaryOf({ ...batch, stageRunning }, running.pace.pace(ended(batch), this.#ports.clock()));
  }
}

/** One that is claimed and has no permit yet stands in line. */
function asOpen<T extends BatchItemRow>(row: T, open: readonly number[] | null): T {
  return row.state === 'running' && open?.includes(row.index) === false ? { ...row, state: 'waiting' } : row;
}

function unknown(): Refusal {
  return new Refusal('not_found', 'There is no such batch.');
}
