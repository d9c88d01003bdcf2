import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import * as z from 'zod';
import { storeFile } from '#lib/jobs/batch-upload.ts';
import { contentOf, type FileStore, type StoredFile } from '#lib/store/file-store.ts';
import { batchLimits } from '#lib/wire/batch.ts';
import { streamOf } from '../batches.ts';
import { readForm } from '../multipart.ts';
import { invalid } from './api-error.ts';
import { errorAnswers, jsonOf } from './documented.ts';
import { fileId, fileName, noFile, seconds } from './ids.ts';
import { queryOf } from './json-body.ts';
import { refuseWhile, userIdOf, type V1App, type V1Env } from './v1-env.ts';

export interface FilesParts {
  files: FileStore;
  newId: () => string;
  /** True from SIGTERM on. */
  draining: () => boolean;
}

const DAY_MS = 86_400_000;
/** Files of one person that a list can show. */
const MOST = 10_000;

const query = z.object({
  after: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(MOST).default(MOST),
  order: z.enum(['asc', 'desc']).default('desc'),
  purpose: z.string().optional(),
});
const file = z
  .object({
    id: z.string(),
    object: z.literal('file'),
    bytes: z.int(),
    created_at: z.int(),
    expires_at: z.int(),
    filename: z.string(),
    purpose: z.enum(['batch', 'batch_output']),
    status: z.literal('processed'),
    status_details: z.null(),
  })
  .meta({ id: 'File' });
const fileList = z.object({
  object: z.literal('list'),
  data: z.array(file),
  first_id: z.string().nullable(),
  last_id: z.string().nullable(),
  has_more: z.boolean(),
});
const gone = z.object({ id: z.string(), object: z.literal('file'), deleted: z.literal(true) });
const form = z.object({ file: z.any().meta({ format: 'binary' }), purpose: z.literal('batch') });
const params = z.object({ id: z.string() });
const tags = ['Files'];
const answers = (description: string, schema: z.ZodType) => ({
  200: { description, content: jsonOf(schema) },
  ...errorAnswers,
});

const routes = [
  createRoute({
    ...{ method: 'post', path: '/files', tags, summary: 'Upload the requests of a batch' },
    description: `One request a line, up to ${batchLimits.fileBytes / 2 ** 20} MiB; kept for ${batchLimits.keptDays} days.`,
    request: { body: { required: true, content: { 'multipart/form-data': { schema: form } } } },
    responses: answers('The file.', file),
  }),
  createRoute({
    ...{ method: 'get', path: '/files', tags, summary: 'List files', request: { query } },
    responses: answers('Files, the newest first.', fileList),
  }),
  createRoute({
    ...{ method: 'get', path: '/files/{id}', tags, summary: 'Look at a file', request: { params } },
    responses: answers('The file.', file),
  }),
  createRoute({
    ...{ method: 'delete', path: '/files/{id}', tags, summary: 'Delete a file', request: { params } },
    responses: answers('It is gone.', gone),
  }),
  createRoute({
    ...{ method: 'get', path: '/files/{id}/content', tags, summary: 'Download a file', request: { params } },
    responses: {
      200: { description: 'Its bytes.', content: { 'application/octet-stream': { schema: z.string() } } },
      ...errorAnswers,
    },
  }),
];

/** OpenAI's /v1/files for batches: files of requests, and what came of them. */
export function createFiles(parts: FilesParts): V1App {
  const { files } = parts;
  const app = new OpenAPIHono<V1Env>();
  for (const route of routes) app.openAPIRegistry.registerPath(route);
  const found = async (c: Context<V1Env>): Promise<{ userId: string; file: StoredFile }> => {
    const userId = userIdOf(c);
    const name = c.req.param('id') ?? '';
    const file = await files.file(userId, fileId(name));
    if (file === null || file.purpose === 'upload') throw noFile(name);
    return { userId, file };
  };
  app.post('/files', async (c) => c.json(fileObject(await create(c, parts))));
  app.get('/files', async (c) => c.json(await list(c, files)));
  app.get('/files/:id', async (c) => c.json(fileObject((await found(c)).file)));
  app.delete('/files/:id', async (c) => {
    const { userId, file } = await found(c);
    await files.remove(userId, file.id);
    return c.json({ id: fileName(file.id), object: 'file', deleted: true });
  });
  app.get('/files/:id/content', async (c) => {
    const { userId, file } = await found(c);
    return c.body(streamOf(contentOf(files, userId, file)), 200, {
      'Content-Type': 'application/octet-stream',
      'Content-Disposition': 'attachment',
      'Content-Length': String(file.bytes),
    });
  });
  return app;
}

async function create(c: Context<V1Env>, { files, newId, draining }: FilesParts) {
  refuseWhile(draining);
  const userId = userIdOf(c);
  const id = newId();
  const form = await readForm(c.req.raw, 'file', (content, name) =>
    storeFile({ userId, id, name, purpose: 'batch', format: 'jsonl', content }, files),
  );
  const purpose = form.fields.get('purpose');
  if (form.file === undefined) throw invalid('file', "'file' is a required property");
  if (purpose === 'batch') return form.file;
  await files.remove(userId, id);
  const message =
    purpose === undefined
      ? "'purpose' is a required property"
      : `'purpose' must be 'batch': nothing else is done with files here.`;
  throw invalid('purpose', message);
}

async function list(c: Context<V1Env>, files: FileStore) {
  const { after, limit, order, purpose } = queryOf(c, query);
  const all = await files.files(userIdOf(c), { limit: MOST });
  const sorted = (order === 'asc' ? all.reverse() : all).filter(
    (file) => purpose === undefined || file.purpose === purpose,
  );
  const from = after === undefined ? 0 : sorted.findIndex(({ id }) => fileName(id) === after) + 1;
  const data = sorted.slice(from, from + limit).map(fileObject);
  const ends = { first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null };
  return { object: 'list', data, ...ends, has_more: sorted.length > from + data.length };
}

function fileObject({ id, bytes, createdAt, name, purpose }: StoredFile) {
  return {
    id: fileName(id),
    object: 'file' as const,
    bytes,
    created_at: seconds(createdAt),
    expires_at: seconds(createdAt + batchLimits.keptDays * DAY_MS),
    filename: name,
    purpose,
    status: 'processed' as const,
    status_details: null,
  };
}
