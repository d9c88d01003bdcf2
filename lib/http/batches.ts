import { type Context, Hono } from 'hono';
import * as z from 'zod/mini';
import { resultsCsv, resultsJsonl, resultsName } from '#lib/jobs/batch-results.ts';
import { type Batches, BatchFault } from '#lib/jobs/batches.ts';
import { batchDraft, batchFormat, batchLimits, batchRetry, itemState, newBatch } from '#lib/wire/batch.ts';
import { Refusal } from '#lib/wire/error-code.ts';
import { itemEvents } from './batch-live.ts';
import { streamedBody } from './body.ts';
import { jsonBody, valid } from './json-body.ts';
import { LiveReaders } from './live-readers.ts';
import { streamHeaders } from './stream-headers.ts';

export interface BatchRoutesParts {
  batches: Batches;
  /** Who asks. @throws Refusal `unauthorized` */
  userIdOf: (c: Context) => Promise<string>;
  /** True from SIGTERM on. */
  draining: () => boolean;
}

/** Eight stages with long templates. */
const MOST_BYTES = 2 * 1024 * 1024;

const number = (least: number, most: number) =>
  z.pipe(
    z.pipe(z.string().check(z.regex(/^-?\d{1,9}$/)), z.transform(Number)),
    z.number().check(z.minimum(least), z.maximum(most)),
  );
const limit = z._default(z.optional(number(1, batchLimits.pageSize)), 50);
const listQuery = z.object({ before: z.optional(z.uuid()), limit });
const itemsQuery = z.object({
  state: z.optional(itemState),
  after: z._default(z.optional(number(-1, batchLimits.items)), -1),
  limit,
});
const fileQuery = z.object({
  format: batchFormat,
  name: z._default(z.optional(z.string().check(z.maxLength(batchLimits.nameLength))), 'items'),
});
const position = number(0, batchLimits.items);

/** What the page asks for, see wire/batch.ts. */
export function createBatchRoutes(parts: BatchRoutesParts): Hono {
  const { batches, userIdOf } = parts;
  const routes = new Hono();
  const readers = new LiveReaders();
  const idOf = (c: Context) => c.req.param('id') ?? '';
  routes.post('/files', (c) => orProblems(c, async () => upload(c, await worker(c, parts), batches)));
  routes.post('/preview', (c) =>
    orProblems(c, async () =>
      c.json(await batches.preview(await userIdOf(c), await jsonBody(c.req.raw, batchDraft, MOST_BYTES))),
    ),
  );
  routes.post('/', (c) =>
    orProblems(c, async () => {
      const userId = await worker(c, parts);
      return c.json(await batches.start(userId, await jsonBody(c.req.raw, newBatch, MOST_BYTES)), 201);
    }),
  );
  routes.get('/', async (c) => {
    const { before, limit: most } = valid(listQuery, c.req.query());
    return c.json(await batches.list(await userIdOf(c), { limit: most, ...(before ? { before } : {}) }));
  });
  routes.get('/:id', async (c) => c.json(await batches.one(await userIdOf(c), idOf(c))));
  routes.get('/:id/items', async (c) => {
    const { state, ...page } = valid(itemsQuery, c.req.query());
    return c.json(await batches.items(await userIdOf(c), idOf(c), { ...page, ...(state ? { state } : {}) }));
  });
  routes.get('/:id/items/:index', async (c) =>
    c.json(await batches.item(await userIdOf(c), idOf(c), valid(position, c.req.param('index')))),
  );
  routes.get('/:id/items/:index/live', async (c) => live(c, await userIdOf(c), batches, readers));
  routes.post('/:id/cancel', async (c) => c.json(await batches.cancel(await userIdOf(c), idOf(c))));
  routes.post('/:id/retry', async (c) => {
    const userId = await worker(c, parts);
    const { index, which } = await jsonBody(c.req.raw, batchRetry, MOST_BYTES);
    return c.json(await batches.retry(userId, idOf(c), index ?? which));
  });
  routes.delete('/:id', async (c) => {
    await batches.remove(await userIdOf(c), idOf(c));
    return c.body(null, 204);
  });
  routes.get('/:id/results.jsonl', async (c) => results(c, await userIdOf(c), batches, 'jsonl'));
  routes.get('/:id/results.csv', async (c) => results(c, await userIdOf(c), batches, 'csv'));
  return routes;
}

async function orProblems(c: Context, work: () => Promise<Response>): Promise<Response> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof BatchFault) return c.json(error.report, 422);
    throw error;
  }
}

/** Who asks for work, as long as any is taken. */
async function worker(c: Context, { userIdOf, draining }: BatchRoutesParts): Promise<string> {
  const userId = await userIdOf(c);
  if (draining())
    throw new Refusal('draining', 'Weir is restarting; try again in a moment.', { retryAfterMs: 3_000 });
  return userId;
}

async function upload(c: Context, userId: string, batches: Batches) {
  const { format, name } = valid(fileQuery, c.req.query());
  if (Number(c.req.header('content-length') ?? 0) > batchLimits.fileBytes)
    throw new Refusal(
      'too_long',
      'The file is larger than 200 MB. Split it and start a batch for each part.',
    );
  return c.json(await batches.upload(userId, { format, name, content: streamedBody(c.req.raw) }));
}

async function live(c: Context, userId: string, batches: Batches, readers: LiveReaders) {
  const batchId = c.req.param('id') ?? '';
  const index = valid(position, c.req.param('index'));
  // Known before the stream begins: afterwards nothing can be refused.
  await batches.item(userId, batchId, index);
  const leave = readers.take(userId);
  const leaving = new AbortController();
  const events = itemEvents(batches, { userId, batchId, index }, leaving.signal);
  const encoder = new TextEncoder();
  const next = async (controller: ReadableStreamDefaultController<Uint8Array>) => {
    const { done, value } = await events.next();
    if (!done) return controller.enqueue(encoder.encode(`data: ${JSON.stringify(value)}\n\n`));
    leave();
    controller.close();
  };
  const stream = new ReadableStream<Uint8Array>({
    pull: (controller) =>
      next(controller).catch((error: unknown) => {
        leave();
        throw error;
      }),
    cancel() {
      leave();
      leaving.abort();
    },
  });
  return c.body(stream, 200, streamHeaders);
}

async function results(c: Context, userId: string, batches: Batches, format: 'jsonl' | 'csv') {
  const { batch, items } = await batches.all(userId, c.req.param('id') ?? '');
  const lines =
    format === 'jsonl'
      ? resultsJsonl(batch, items)
      : resultsCsv(batch, items, await batches.columns(userId, batch));
  const name = resultsName(batch, format);
  // Old clients take the plain one; both hold no quote and no backslash.
  const plain = name.replace(/[^\x20-\x7e]+/g, '_');
  return c.body(streamOf(lines), 200, {
    'Content-Type': format === 'csv' ? 'text/csv; charset=utf-8' : 'application/jsonl',
    'Content-Disposition': `attachment; filename="${plain}"; filename*=UTF-8''${encodeURIComponent(name)}`,
  });
}

/** Read as fast as the client takes it, and ended when it leaves. */
export function streamOf(pieces: AsyncGenerator<string | Uint8Array>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await pieces.next();
      if (done) controller.close();
      else controller.enqueue(typeof value === 'string' ? encoder.encode(value) : value);
    },
    async cancel() {
      await pieces.return(undefined);
    },
  });
}
