import type {
  BatchDraft,
  BatchFormat,
  BatchItem,
  BatchItemEvent,
  BatchItems,
  BatchList,
  BatchProblems,
  BatchSummary,
  BatchUpload,
  ItemState,
  NewBatch,
} from '#lib/wire/batch.ts';
import type { BatchPreview } from '#lib/wire/batch-preview.ts';

/** What can be asked about batches. Each rejects with `BatchRefused`, `BatchHasProblems` or, when aborted, `AbortError`. */
export interface BatchPort {
  /** @param onSent hears how much has left, 0 to 1 */
  upload(file: UploadFile, onSent?: (share: number) => void, signal?: AbortSignal): Promise<BatchUpload>;
  preview(draft: BatchDraft, signal?: AbortSignal): Promise<BatchPreview>;
  /** The same id again is the same batch. */
  start(batch: NewBatch): Promise<BatchSummary>;
  /** @param before `next` of the page before; left out for the newest */
  list(before?: string, signal?: AbortSignal): Promise<BatchList>;
  read(batchId: string, signal?: AbortSignal): Promise<BatchSummary>;
  items(batchId: string, page: ItemPage, signal?: AbortSignal): Promise<BatchItems>;
  item(batchId: string, index: number, signal?: AbortSignal): Promise<BatchItem>;
  /** Tells how an item goes on, until it has ended or nobody listens. @returns ends that */
  follow(batchId: string, index: number, tell: (event: BatchItemEvent) => void): () => void;
  cancel(batchId: string): Promise<BatchSummary>;
  /** @param which one item by its index; left out, all that failed */
  retry(batchId: string, which?: number | 'failed' | 'cancelled'): Promise<BatchSummary>;
  remove(batchId: string): Promise<void>;
}

export interface UploadFile {
  format: BatchFormat;
  name: string;
  content: Blob;
}

export interface ItemPage {
  /** Null: in any state. */
  state: ItemState | null;
  /** Only items behind this index; -1 for the first page. */
  after: number;
  limit: number;
}

/** An answer other than what was asked for; the message is for people. */
export class BatchRefused extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'BatchRefused';
    this.code = code;
  }
}

/** The file or the draft cannot be run as it stands; nothing was stored. */
export class BatchHasProblems extends Error {
  readonly report: BatchProblems;

  constructor(report: BatchProblems) {
    super('The batch cannot be started as it stands.');
    this.name = 'BatchHasProblems';
    this.report = report;
  }
}

/** Where the results are downloaded from. */
export function resultsAddress(batchId: string, format: 'jsonl' | 'csv'): string {
  return `/api/batches/${batchId}/results.${format}`;
}
