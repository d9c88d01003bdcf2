import type {
  BatchFormat,
  BatchItemRow,
  BatchProblem,
  BatchStage,
  BatchState,
  ItemCode,
  ItemState,
} from '#lib/wire/batch.ts';
import type { Finish } from '#lib/wire/chat.ts';

/** The right to work on a batch. Whoever takes it over raises the epoch, and from then on the old one writes nothing. */
export interface BatchLease {
  readonly batchId: string;
  readonly owner: string;
  readonly epoch: number;
}

/** What only a batch of the HTTP API has. Times are milliseconds since 1970. */
export interface ApiBatch {
  endpoint: string;
  window: string;
  metadata: Record<string, string> | null;
  problems: BatchProblem[];
  outputFileId: string | null;
  errorFileId: string | null;
  finalizingAt: number | null;
  cancellingAt: number | null;
}

export interface StoredBatch {
  id: string;
  userId: string;
  name: string;
  state: BatchState;
  format: BatchFormat;
  fileId: string | null;
  stages: BatchStage[];
  api: ApiBatch | null;
  createdAt: number;
  startedAt: number | null;
  endedAt: number | null;
  total: number;
  /** By stage: items that passed it, failed in it, are claimed for it. */
  stageDone: number[];
  stageFailed: number[];
  stageRunning: number[];
  cancelled: number;
  tokensIn: number;
  tokensOut: number;
  message: string | null;
}

/** What moves while it runs. */
export type BatchProgress = Pick<
  StoredBatch,
  'state' | 'total' | 'stageDone' | 'stageFailed' | 'cancelled' | 'tokensIn' | 'tokensOut'
>;

/** What an item is about: variables for templates, or a request as it stood in the file. */
export type ItemInput =
  | { kind: 'variables'; variables: Record<string, string> }
  | { kind: 'request'; body: Record<string, unknown> };

export interface StageOutput {
  text: string;
  /** Null: it was cut off. */
  finish: Finish | null;
  model: string;
  tokensIn: number;
  tokensOut: number;
  /** What had come when it was cancelled; always the last one. The stage is not done. */
  isPartial?: true;
}

export interface NewItem {
  index: number;
  customId: string | null;
  input: ItemInput;
  excerpt: string;
}

export interface StoredItem {
  index: number;
  customId: string | null;
  state: ItemState;
  stage: number;
  attempts: number;
  strikes: number;
  input: ItemInput;
  outputs: StageOutput[];
  code: ItemCode | null;
  message: string | null;
  tokensIn: number;
  tokensOut: number;
  startedAt: number | null;
  endedAt: number | null;
}

/** How far a claimed item has come. `running` has passed a stage and goes on to `stage`; `waiting` is given back. */
export interface ItemChange {
  index: number;
  state: 'running' | 'waiting' | 'done' | 'failed' | 'cancelled';
  stage: number;
  attempts: number;
  outputs: StageOutput[];
  code: ItemCode | null;
  message: string | null;
  startedAt: number | null;
  endedAt: number | null;
}

export interface Dead {
  /** Owners that have not beaten for so long are dead, ms. */
  afterMs: number;
  /** No other process can be on this database, so every other owner is dead. */
  alone: boolean;
}

/** An item that was claimed so often when its process died is set aside. */
export const STRIKES = 3;

/**
 * Where batches live. Every method does all it says in one transaction or throws and does nothing. Methods that take a user
 * treat foreign batches as unknown ones (null); methods that take a lease write only while it is the newest one of its
 * batch, checked in the statement that writes, and answer null when it is not.
 * When the database cannot be reached within a bounded wait they throw a Refusal `storage_unavailable`.
 */
export interface BatchStore {
  /** Idempotent by the id. @throws Refusal `conflict` when the id is somebody else's */
  create(
    userId: string,
    batch: Pick<StoredBatch, 'id' | 'name' | 'format' | 'fileId' | 'stages' | 'api'>,
  ): Promise<StoredBatch>;
  batch(userId: string, batchId: string): Promise<StoredBatch | null>;
  /** Newest first; `before` is the last of the page before. */
  batches(userId: string, page: { before?: string; limit: number; viaApi?: boolean }): Promise<StoredBatch[]>;
  /** How many of a person's batches are not over. */
  unfinished(userId: string): Promise<number>;
  /** By index, those behind `after`. */
  rows(userId: string, batchId: string, page: ItemPage): Promise<BatchItemRow[]>;
  /** The same items with all they hold. */
  items(userId: string, batchId: string, page: ItemPage): Promise<StoredItem[]>;
  /** Null for a batch that is over already. */
  cancel(userId: string, batchId: string): Promise<StoredBatch | null>;
  /**
   * Failed items (the default) or cancelled ones wait again, from the stage they were in; with an index that one alone, failed
   * or cancelled. The batch runs again if it was over, and is read in again if it was cancelled before it had been and all
   * cancelled ones are meant. Null when there is nothing to retry, or the batch is being cancelled.
   */
  retry(userId: string, batchId: string, which?: Again): Promise<StoredBatch | null>;
  /** With its items and files. False when there is none. */
  remove(userId: string, batchId: string): Promise<boolean>;
  /** Batches that ended before, with their files; files made before that no unfinished batch uses; unused uploads. */
  purge(before: { ended: number; files: number; uploads: number }): Promise<number>;

  /** Unfinished batches that nobody alive works on: everybody's oldest first, then everybody's next; a thousand at most. */
  abandoned(owner: string, dead: Dead): Promise<{ id: string; userId: string; state: BatchState }[]>;
  /**
   * Null when it is over or somebody alive has it. Items claimed by a dead owner wait again with one strike more; with
   * the third they have failed as `set_aside`. `deaths`: how many owners have died with the batch in their hands.
   */
  take(
    batchId: string,
    owner: string,
    dead: Dead,
  ): Promise<{ lease: BatchLease; batch: StoredBatch; deaths: number } | null>;
  /** Those of the owner's batches that are still its own. */
  beat(owner: string): Promise<{ id: string; epoch: number; state: BatchState }[]>;
  /** Claimed items wait again, without a strike, and nobody owns the batch. */
  release(lease: BatchLease): Promise<void>;

  /** Those that are there already stay as they are. False: fenced. */
  addItems(lease: BatchLease, items: readonly NewItem[]): Promise<boolean>;
  /** All items are there: from `validating` to `running`; one that is `cancelling` stays so. */
  open(lease: BatchLease, at: number): Promise<StoredBatch | null>;
  /** The whole batch `failed`, and why. */
  fail(lease: BatchLease, at: number, message: string, problems: BatchProblem[]): Promise<StoredBatch | null>;
  /** Next waiting items of a stage, by index, claimed. Suspects are those with all strikes but one, others leaves them out. */
  claim(
    lease: BatchLease,
    wanted: { stage: number | null; limit: number; suspects: boolean },
  ): Promise<StoredItem[]>;
  /**
   * Of items that are claimed, each at most once; others are left alone, so that a change of unknown outcome may come
   * again. All changes and the counts of the batch in one statement.
   */
  record(lease: BatchLease, changes: readonly ItemChange[]): Promise<BatchProgress | null>;
  /**
   * When no item is waiting or claimed any more: `completed`, or `finalizing` for a batch of the API. One that is
   * `cancelling`: the waiting and claimed are `cancelled`, and so is the batch (or it is `finalizing` first). Else as it was.
   */
  settle(lease: BatchLease, at: number): Promise<StoredBatch | null>;
  /** From `finalizing` to its end. */
  conclude(
    lease: BatchLease,
    at: number,
    files: Pick<ApiBatch, 'outputFileId' | 'errorFileId'>,
  ): Promise<StoredBatch | null>;
}

/** Which items are asked again. */
export type Again = number | 'failed' | 'cancelled';

export interface ItemPage {
  state?: ItemState;
  /** Indexes of the claimed items whose calls are open; the other claimed ones count as `waiting` here. */
  open?: readonly number[];
  /** -1 begins at the first. */
  after: number;
  limit: number;
}

/** A cancelled batch of the API is `finalizing` on its way, too. */
export function wasCancelled({ api }: Pick<StoredBatch, 'api'>): boolean {
  return api !== null && api.cancellingAt !== null;
}

export const EXCERPT = 240;

/** The beginning of a text, for a line of a table. */
export function excerpt(text: string): string {
  return text.slice(0, EXCERPT).toWellFormed();
}

export function outputExcerpt({ outputs }: Pick<ItemChange, 'outputs'>): string | null {
  const last = outputs.at(-1);
  return last === undefined ? null : excerpt(last.text);
}

/** Of the stages that are done. */
export function wholeOutputs(outputs: readonly StageOutput[]): StageOutput[] {
  return outputs.filter(({ isPartial }) => isPartial !== true);
}

/** What had come of a cancelled item is void once it is asked again, and stands in nobody's way. */
export function isVoid({ state, outputs }: Pick<StoredItem, 'state' | 'outputs'>): boolean {
  return state !== 'cancelled' && outputs.at(-1)?.isPartial === true;
}

export function tokensOf({ outputs }: { outputs: readonly StageOutput[] }) {
  return {
    tokensIn: outputs.reduce((sum, each) => sum + each.tokensIn, 0),
    tokensOut: outputs.reduce((sum, each) => sum + each.tokensOut, 0),
  };
}
