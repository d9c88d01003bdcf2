import * as z from 'zod/mini';
import { id } from './chat.ts';
import { failureCode, failureSentence } from './error-code.ts';

/*
 * What the page asks for. All under the session's cookie; a batch of somebody else answers as an unknown one (404). Refusals are
 * `{error: {code, message}}` as everywhere under /api. Bodies and answers are JSON unless something else is said.
 *
 * | request                                             | body                   | answer                                   |
 * | --------------------------------------------------- | ---------------------- | ---------------------------------------- |
 * | POST   /api/batches/files?format=…&name=…           | the raw file           | 200 batchUpload, 422 batchProblems       |
 * | POST   /api/batches/preview                         | batchDraft             | 200 batchPreview, 422 batchProblems      |
 * | POST   /api/batches                                 | newBatch               | 201 batchSummary, 422 batchProblems      |
 * | GET    /api/batches?before=<id>&limit=              |                        | batchList, newest first                  |
 * | GET    /api/batches/:id                             |                        | batchSummary                             |
 * | GET    /api/batches/:id/items?state=&after=&limit=  |                        | batchItems, by index; `after` an index   |
 * | GET    /api/batches/:id/items/:index                |                        | batchItem                                |
 * | GET    /api/batches/:id/items/:index/live           |                        | SSE, see batchItemEvent                  |
 * | POST   /api/batches/:id/cancel                      |                        | batchSummary                             |
 * | POST   /api/batches/:id/retry                       | batchRetry             | batchSummary                             |
 * | DELETE /api/batches/:id                             |                        | 204; one that runs is cancelled first    |
 * | GET    /api/batches/:id/results.jsonl, results.csv  |                        | a download, streamed                     |
 *
 * Over the socket the owner's tabs get `{type: 'batch', batch}` while a batch moves, at most about twice a second each,
 * the newest replacing an older one that has not left, and `{type: 'batch-gone', batchId}`.
 */

export const batchLimits = {
  fileBytes: 200 * 1024 * 1024,
  /** Bytes of all files that a person may have here when another one comes. */
  keptBytes: 2 * 1024 * 1024 * 1024,
  items: 50_000,
  stages: 8,
  /** UTF-16 units. */
  templateLength: 50_000,
  nameLength: 200,
  /** Tokens of an answer that may be asked for. */
  maxTokens: 1_000_000,
  /** Units of one item of a file: a line, a row, a request. */
  itemLength: 1_000_000,
  /** Problems that a report lists; it counts all. */
  problems: 100,
  /** Calls that a stage may have open at most; also what it has when nothing is said, if the gate lets it. */
  stageLimit: 200,
  /** Items on one page. */
  pageSize: 200,
  /** Days that a batch is kept after its end, with its files. */
  keptDays: 30,
  /** Hours that an uploaded file waits to be used. */
  fileHours: 24,
} as const;

const count = z.number();
const time = z.number(); // milliseconds since 1970, server clock

/** `lines`: an item a line. `csv`: an item a row, with a header. `jsonl`: OpenAI's batch requests, one a line. */
export const batchFormat = z.enum(['lines', 'csv', 'jsonl']);
export type BatchFormat = z.infer<typeof batchFormat>;

/**
 * `validating`: the items are read from the file. `finalizing`: all items have ended and files with the results are
 * written (batches of the HTTP API). The last three are ends; `completed` may have failed items.
 */
export const batchState = z.enum([
  'validating',
  'running',
  'finalizing',
  'cancelling',
  'cancelled',
  'completed',
  'failed',
]);
export type BatchState = z.infer<typeof batchState>;

export function isOver(state: BatchState): boolean {
  return state === 'cancelled' || state === 'completed' || state === 'failed';
}

/** How a stage asks. Placeholders: `{{column}}` of a csv, `{{item}}` of lines, `{{stage.name}}` for an earlier output. */
export const batchStage = z.object({
  /** Letters, digits, `-` and `_`; unique in the batch, it stands in the templates of later stages. */
  name: z.string().check(z.regex(/^[a-z0-9_-]{1,40}$/i)),
  /** Null only in the first stage of a `jsonl`: each request is sent as it stands in the file. */
  template: z.nullable(z.string().check(z.minLength(1), z.maxLength(batchLimits.templateLength))),
  /** Null only where `template` is: the model that the request names. */
  model: z.nullable(z.string().check(z.minLength(1), z.maxLength(300))),
  system: z.optional(z.string().check(z.maxLength(batchLimits.templateLength))),
  maxTokens: z.optional(z.number().check(z.int(), z.minimum(1), z.maximum(batchLimits.maxTokens))),
  temperature: z.optional(z.number().check(z.minimum(0), z.maximum(2))),
  /** Calls of this stage open at once at most; the gate may allow fewer. */
  limit: z.optional(z.number().check(z.int(), z.minimum(1), z.maximum(batchLimits.stageLimit))),
});
export type BatchStage = z.infer<typeof batchStage>;

const stages = z.array(batchStage).check(z.minLength(1), z.maxLength(batchLimits.stages));
export const batchDraft = z.object({ fileId: id, stages });
export type BatchDraft = z.infer<typeof batchDraft>;
export const newBatch = z.object({
  ...batchDraft.shape,
  /** Made by the client (UUIDv7): the same id again is the same batch. */
  id,
  name: z.string().check(z.trim(), z.minLength(1), z.maxLength(batchLimits.nameLength)),
});
export type NewBatch = z.infer<typeof newBatch>;
/** Which items are asked again: one, by its index from 0, or all that failed (when nothing is said), or all that were cancelled. */
export const batchRetry = z.object({
  index: z.optional(z.number().check(z.int(), z.nonnegative())),
  which: z.optional(z.enum(['failed', 'cancelled'])),
});

/** What is wrong with a file or a draft. `line` and `column` (both from 1) of a file; null where there is none. */
export const batchProblem = z.object({
  line: z.nullable(count),
  column: z.nullable(count),
  /** Of a template: the name of the stage. */
  stage: z.optional(z.string()),
  message: z.string(),
});
export type BatchProblem = z.infer<typeof batchProblem>;
/** The first hundred, in order, and how many there are. Nothing was stored. */
export const batchProblems = z.object({ problems: z.array(batchProblem), count });
export type BatchProblems = z.infer<typeof batchProblems>;

export const batchUpload = z.object({
  fileId: id,
  name: z.string(),
  format: batchFormat,
  bytes: count,
  total: count,
  /** Names to use as `{{name}}`: the header of a csv, `item` of lines, none of a jsonl. */
  columns: z.array(z.string()),
  /** The variables of the first three items; of a jsonl its `custom_id`, `model` and `prompt`. */
  firstItems: z.array(z.record(z.string(), z.string())),
});
export type BatchUpload = z.infer<typeof batchUpload>;

export const stageCounts = z.object({
  /** Reached this stage and has not begun it; for those behind the first one, in the hand-off. */
  waiting: count,
  running: count,
  done: count,
  failed: count,
});
export type StageCounts = z.infer<typeof stageCounts>;

export const batchSummary = z.object({
  id,
  name: z.string(),
  state: batchState,
  format: batchFormat,
  /** Made through /v1/batches. */
  viaApi: z.boolean(),
  createdAt: time,
  startedAt: z.nullable(time),
  endedAt: z.nullable(time),
  total: count,
  counts: z.object({ waiting: count, running: count, done: count, failed: count, cancelled: count }),
  stages: z.array(z.object({ ...batchStage.shape, counts: stageCounts })),
  tokensIn: count,
  tokensOut: count,
  /** Items that ended a minute, over the last minutes; null while nothing is known. */
  perMinute: z.nullable(count),
  /** Milliseconds that are left at this rate. */
  leftMs: z.nullable(count),
  /** Why it `failed` as a whole. */
  message: z.nullable(z.string()),
  /** Unfinished, and the process that says so does not work on it: no news of it come over its sockets, so ask again. */
  isElsewhere: z.optional(z.boolean()),
});
export type BatchSummary = z.infer<typeof batchSummary>;
/** `next` goes into `before`; null at the end. */
export const batchList = z.object({ batches: z.array(batchSummary), next: z.nullable(id) });
export type BatchList = z.infer<typeof batchList>;

export const itemState = z.enum(['waiting', 'running', 'done', 'failed', 'cancelled']);
export type ItemState = z.infer<typeof itemState>;

/**
 * Why an item failed. `set_aside`: it was being worked on three times when the process died. `bad_item`: what is asked
 * for cannot be asked.
 */
export const itemCode = z.union([failureCode, z.enum(['set_aside', 'bad_item'])]);
export type ItemCode = z.infer<typeof itemCode>;

export function itemSentence(code: ItemCode): string {
  if (code === 'set_aside')
    return 'Weir died three times while it worked on this item, so it is left out. Look at it before a retry.';
  if (code === 'bad_item') return 'This item cannot be asked as it stands. Correct it and run it again.';
  if (code === 'context_too_long')
    return 'This item is too long for the model. Shorten it or pick a model with a larger context.';
  return failureSentence[code];
}

export const batchItemRow = z.object({
  /** From 0. */
  index: count,
  /** Of a jsonl; else null. */
  customId: z.nullable(z.string()),
  state: itemState,
  /** The stage it is at, from 0: where it failed, or will go on. */
  stage: count,
  /** Calls begun in all stages. */
  attempts: count,
  /** Beginning of the input and of the last output, 240 units at most. */
  input: z.string(),
  output: z.nullable(z.string()),
  code: z.nullable(itemCode),
  /** The sentence of `code`, or something more exact. */
  message: z.nullable(z.string()),
  tokensIn: count,
  tokensOut: count,
  startedAt: z.nullable(time),
  endedAt: z.nullable(time),
});
export type BatchItemRow = z.infer<typeof batchItemRow>;
/** `next` goes into `after`; null at the end. */
export const batchItems = z.object({ items: z.array(batchItemRow), next: z.nullable(count) });
export type BatchItems = z.infer<typeof batchItems>;

export const batchItem = z.object({
  ...batchItemRow.shape,
  variables: z.record(z.string(), z.string()),
  /** One for each stage, in order. */
  stages: z.array(
    z.object({
      name: z.string(),
      /** Null until the outputs it needs are there. */
      prompt: z.nullable(z.string()),
      output: z.nullable(z.string()),
      /** What had come of it when it was cancelled. */
      isPartial: z.optional(z.boolean()),
    }),
  ),
});
export type BatchItem = z.infer<typeof batchItem>;

/**
 * Server-sent events of an item that runs, `data` one of these. `text` goes to `at`, an offset in the output of its stage: a
 * new attempt begins at 0 again. `item` comes first, after every stage and at the end, which closes the stream.
 */
export const batchItemEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('item'), item: batchItem }),
  z.object({ type: z.literal('text'), stage: count, at: count, text: z.string() }),
]);
export type BatchItemEvent = z.infer<typeof batchItemEvent>;
