import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import * as z from 'zod';
import type { Batches } from '#lib/jobs/batches.ts';
import { type BatchStore, type StoredBatch, wasCancelled } from '#lib/store/batch-store.ts';
import type { FileStore } from '#lib/store/file-store.ts';
import { isOver } from '#lib/wire/batch.ts';
import { invalid } from './api-error.ts';
import { batch, batchList } from './batch-shapes.ts';
import { errorAnswers, jsonOf } from './documented.ts';
import { batchId, batchName, fileId, fileName, noBatch, seconds } from './ids.ts';
import { jsonBody, queryOf } from './json-body.ts';
import { refuseWhile, userIdOf, type V1App, type V1Env } from './v1-env.ts';

export interface BatchesParts {
  batches: Batches;
  store: Pick<BatchStore, 'batch' | 'batches'>;
  files: Pick<FileStore, 'file'>;
  newId: () => string;
  /** True from SIGTERM on. */
  draining: () => boolean;
}

const ENDPOINT = '/v1/chat/completions';
const WINDOW = '24h';
const WINDOW_MS = 86_400_000;

const newBatch = z
  .object({
    input_file_id: z.string(),
    endpoint: z.literal(ENDPOINT, `must be "${ENDPOINT}"`),
    completion_window: z.literal(WINDOW, `must be "${WINDOW}"`),
    metadata: z
      .record(
        z.string().max(64, 'has a key of over 64 characters'),
        z.string().max(512, 'is over 512 characters'),
      )
      .refine((pairs) => Object.keys(pairs).length <= 16, 'has more than 16 keys')
      .nullish(),
  })
  .meta({ id: 'BatchRequest' });
const query = z.object({
  after: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
});
const params = z.object({ id: z.string() });
const tags = ['Batches'];
const answers = (description: string, schema: z.ZodType) => ({
  200: { description, content: jsonOf(schema) },
  ...errorAnswers,
});

const routes = [
  createRoute({
    ...{ method: 'post', path: '/batches', tags, summary: 'Run the requests of a file in the background' },
    request: { body: { required: true, content: jsonOf(newBatch) } },
    responses: answers('The batch.', batch),
  }),
  createRoute({
    ...{ method: 'get', path: '/batches', tags, summary: 'List batches', request: { query } },
    responses: answers('Batches, the newest first.', batchList),
  }),
  createRoute({
    ...{ method: 'get', path: '/batches/{id}', tags, summary: 'Look at a batch', request: { params } },
    responses: answers('The batch.', batch),
  }),
  createRoute({
    ...{ method: 'post', path: '/batches/{id}/cancel', tags, summary: 'Cancel a batch', request: { params } },
    responses: answers('The batch.', batch),
  }),
];

/** OpenAI's /v1/batches over our own runner. */
export function createBatches(parts: BatchesParts): V1App {
  const { batches, store } = parts;
  const app = new OpenAPIHono<V1Env>();
  for (const route of routes) app.openAPIRegistry.registerPath(route);
  const found = async (userId: string, name: string) => {
    const batch = await store.batch(userId, batchId(name));
    if (batch === null || batch.api === null) throw noBatch(name);
    return batch;
  };
  app.post('/batches', async (c) => c.json(batchObject(await create(c, parts))));
  app.get('/batches', async (c) => {
    const { after, limit } = queryOf(c, query);
    const page = { limit: limit + 1, viaApi: true, ...(after ? { before: batchId(after) } : {}) };
    const all = await store.batches(userIdOf(c), page);
    const data = all.slice(0, limit).map(batchObject);
    const ends = { first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null };
    return c.json({ object: 'list', data, ...ends, has_more: all.length > data.length });
  });
  app.get('/batches/:id', async (c) => c.json(batchObject(await found(userIdOf(c), c.req.param('id')))));
  app.post('/batches/:id/cancel', async (c) => {
    const userId = userIdOf(c);
    const { id, state } = await found(userId, c.req.param('id'));
    // Not 409: the official clients would ask again.
    if (isOver(state)) throw invalid(null, `Cannot cancel a batch with status '${state}'.`);
    await batches.cancel(userId, id);
    return c.json(batchObject(await found(userId, c.req.param('id'))));
  });
  return app;
}

async function create(c: Context<V1Env>, { batches, files, store, newId, draining }: BatchesParts) {
  refuseWhile(draining);
  const userId = userIdOf(c);
  const { input_file_id: name, endpoint, completion_window: window, metadata } = await jsonBody(c, newBatch);
  const file = await files.file(userId, fileId(name));
  if (file?.purpose !== 'batch') throw invalid('input_file_id', `No such batch file: ${name.slice(0, 100)}`);
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
    api: { endpoint, window, metadata: metadata ?? null, ...none },
  });
  const batch = await store.batch(userId, id);
  if (batch === null) throw noBatch(batchName(id));
  return batch;
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
