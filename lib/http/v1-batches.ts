import { type Context, Hono } from 'hono';
import * as z from 'zod/mini';
import type { Batches } from '#lib/jobs/batches.ts';
import { type BatchStore, type StoredBatch, wasCancelled } from '#lib/store/batch-store.ts';
import type { FileStore } from '#lib/store/file-store.ts';
import { isOver } from '#lib/wire/batch.ts';
import { Refusal } from '#lib/wire/error-code.ts';
import { jsonBody, valid } from './json-body.ts';
import { OpenaiError, openaiProblem } from './v1-error.ts';
import { batchId, batchName, fileId, fileName, noBatch, seconds } from './v1-ids.ts';

export interface V1BatchesParts {
  batches: Batches;
  store: Pick<BatchStore, 'batch' | 'batches'>;
  files: Pick<FileStore, 'file'>;
  /** Whose key it is. @throws OpenaiError 401 */
  userIdOf: (c: Context) => string | Promise<string>;
  newId: () => string;
}

const ENDPOINT = '/v1/chat/completions';
const WINDOW = '24h';
const WINDOW_MS = 86_400_000;
const MOST_BYTES = 64 * 1024;

const newBatch = z.object({
  input_file_id: z.string(),
  endpoint: z.literal(ENDPOINT),
  completion_window: z.literal(WINDOW),
  metadata: z.optional(
    z.nullable(z.record(z.string().check(z.maxLength(64)), z.string().check(z.maxLength(512)))),
  ),
});
const query = z.object({
  after: z.optional(z.string()),
  limit: z._default(z.optional(z.string().check(z.regex(/^([1-9]\d?|100)$/))), '20'),
});

/** OpenAI's /v1/batches over our own runner. To be mounted at /v1/batches. */
export function createV1Batches(parts: V1BatchesParts): Hono {
  const { batches, store, userIdOf } = parts;
  const routes = new Hono();
  routes.onError((error, c) => openaiProblem(c, error));
  const found = async (userId: string, name: string) => {
    const batch = await store.batch(userId, batchId(name));
    if (batch === null || batch.api === null) throw noBatch(name);
    return batch;
  };
  routes.post('/', async (c) => c.json(batchObject(await create(c, await userIdOf(c), parts))));
  routes.get('/', async (c) => {
    const userId = await userIdOf(c);
    const { after, limit } = valid(query, c.req.query());
    const page = { limit: Number(limit) + 1, viaApi: true, ...(after ? { before: batchId(after) } : {}) };
    const all = await store.batches(userId, page);
    const data = all.slice(0, Number(limit)).map(batchObject);
    const ends = { first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null };
    return c.json({ object: 'list', data, ...ends, has_more: all.length > data.length });
  });
  routes.get('/:id', async (c) => c.json(batchObject(await found(await userIdOf(c), c.req.param('id')))));
  routes.post('/:id/cancel', async (c) => {
    const userId = await userIdOf(c);
    const { id, state } = await found(userId, c.req.param('id'));
    // Not 409: the official clients would ask again.
    if (isOver(state)) throw new OpenaiError(400, `Cannot cancel a batch with status '${state}'.`);
    await batches.cancel(userId, id);
    return c.json(batchObject(await found(userId, c.req.param('id'))));
  });
  return routes;
}

async function create(c: Context, userId: string, { batches, files, store, newId }: V1BatchesParts) {
  const { input_file_id: name, endpoint, completion_window: window, metadata = null } = await asked(c);
  const file = await files.file(userId, fileId(name));
  if (file?.purpose !== 'batch')
    throw new OpenaiError(400, `No such batch file: ${name.slice(0, 100)}`, { param: 'input_file_id' });
  if (Object.keys(metadata ?? {}).length > 16)
    throw new OpenaiError(400, 'metadata has more than 16 keys', { param: 'metadata' });
  const none = {
    problems: [],
    outputFileId: null,
    errorFileId: null,
    finalizingAt: null,
    cancellingAt: null,
  };
  const id = newId();
  await batches.begin(userId, {
    id,
    name: file.name,
    format: 'jsonl',
    fileId: file.id,
    stages: [{ name: 'answer', template: null, model: null }],
    api: { endpoint, window, metadata, ...none },
  });
  const batch = await store.batch(userId, id);
  if (batch === null) throw noBatch(batchName(id));
  return batch;
}

async function asked(c: Context) {
  try {
    return await jsonBody(c.req.raw, newBatch, MOST_BYTES);
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'bad_message') throw error;
    throw new OpenaiError(400, error.message, { param: error.message.split(':', 1)[0] ?? null });
  }
}

function statusOf(batch: StoredBatch): string {
  if (batch.state === 'running') return 'in_progress';
  return batch.state === 'finalizing' && wasCancelled(batch) ? 'cancelling' : batch.state;
}

/** OpenAI's batch object; times it has not come to are null. */
export function batchObject(batch: StoredBatch) {
  const {
    id,
    api,
    state,
    createdAt,
    startedAt,
    endedAt,
    stageDone,
    stageFailed,
    total,
    fileId: file,
  } = batch;
  const at = (ms: number | null) => (ms === null ? null : seconds(ms));
  const ended = (which: StoredBatch['state']) => (state === which ? at(endedAt) : null);
  const problems = api?.problems ?? [];
  return {
    id: batchName(id),
    object: 'batch' as const,
    endpoint: api?.endpoint ?? ENDPOINT,
    errors: state === 'failed' ? { object: 'list' as const, data: errorsOf(batch, problems) } : null,
    input_file_id: fileName(file ?? ''),
    completion_window: api?.window ?? WINDOW,
    status: statusOf(batch),
    output_file_id: api?.outputFileId ? fileName(api.outputFileId) : null,
    error_file_id: api?.errorFileId ? fileName(api.errorFileId) : null,
    created_at: seconds(createdAt),
    in_progress_at: at(startedAt),
    expires_at: seconds(createdAt + WINDOW_MS),
    finalizing_at: at(api?.finalizingAt ?? null),
    completed_at: ended('completed'),
    failed_at: ended('failed'),
    expired_at: null,
    cancelling_at: at(api?.cancellingAt ?? null),
    cancelled_at: ended('cancelled'),
    request_counts: { total, completed: stageDone.at(-1) ?? 0, failed: stageFailed.at(-1) ?? 0 },
    usage: {
      input_tokens: batch.tokensIn,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: batch.tokensOut,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: batch.tokensIn + batch.tokensOut,
    },
    metadata: api?.metadata ?? null,
  };
}

function errorsOf({ message }: StoredBatch, problems: { line: number | null; message: string }[]) {
  const all = problems.length > 0 ? problems : [{ line: null, message: message ?? 'The batch has failed.' }];
  return all.map((problem) => ({
    code: problem.line === null ? 'invalid_file' : 'invalid_request',
    line: problem.line,
    message: problem.message,
    param: null,
  }));
}
