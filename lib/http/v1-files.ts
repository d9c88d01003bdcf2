import { type Context, Hono } from 'hono';
import * as z from 'zod/mini';
import { storeFile } from '#lib/jobs/batch-upload.ts';
import { contentOf, type FileStore, type StoredFile } from '#lib/store/file-store.ts';
import { batchLimits } from '#lib/wire/batch.ts';
import { streamOf } from './batches.ts';
import { valid } from './json-body.ts';
import { readForm } from './multipart.ts';
import { OpenaiError, openaiProblem } from './v1-error.ts';
import { fileId, fileName, noFile, seconds } from './v1-ids.ts';

export interface V1FilesParts {
  files: FileStore;
  /** Whose key it is. @throws OpenaiError 401 */
  userIdOf: (c: Context) => string | Promise<string>;
  newId: () => string;
}

const DAY_MS = 86_400_000;
/** Files of one person that a list can show. */
const MOST = 10_000;

const query = z.object({
  after: z.optional(z.string()),
  limit: z._default(z.optional(z.string().check(z.regex(/^[1-9]\d{0,4}$/))), String(MOST)),
  order: z._default(z.optional(z.enum(['asc', 'desc'])), 'desc'),
  purpose: z.optional(z.string()),
});

/** OpenAI's /v1/files for batches: files of requests, and what came of them. To be mounted at /v1/files. */
export function createV1Files({ files, userIdOf, newId }: V1FilesParts): Hono {
  const routes = new Hono();
  routes.onError((error, c) => openaiProblem(c, error));
  const found = async (c: Context): Promise<{ userId: string; file: StoredFile }> => {
    const userId = await userIdOf(c);
    const name = c.req.param('id') ?? '';
    const file = await files.file(userId, fileId(name));
    if (file === null || file.purpose === 'upload') throw noFile(name);
    return { userId, file };
  };
  routes.post('/', async (c) => c.json(fileObject(await create(c, await userIdOf(c), { files, newId }))));
  routes.get('/', async (c) => c.json(await list(c, await userIdOf(c), files)));
  routes.get('/:id', async (c) => c.json(fileObject((await found(c)).file)));
  routes.delete('/:id', async (c) => {
    const { userId, file } = await found(c);
    await files.remove(userId, file.id);
    return c.json({ id: fileName(file.id), object: 'file', deleted: true });
  });
  routes.get('/:id/content', async (c) => {
    const { userId, file } = await found(c);
    return c.body(streamOf(contentOf(files, userId, file.id)), 200, {
      'Content-Type': 'application/octet-stream',
      'Content-Length': String(file.bytes),
    });
  });
  return routes;
}

async function create(c: Context, userId: string, { files, newId }: Pick<V1FilesParts, 'files' | 'newId'>) {
  const id = newId();
  const form = await readForm(c.req.raw, 'file', (content, name) =>
    storeFile({ userId, id, name, purpose: 'batch', format: 'jsonl', content }, files),
  );
  const purpose = form.fields.get('purpose');
  if (form.file === undefined) throw new OpenaiError(400, "'file' is a required property", { param: 'file' });
  if (purpose === 'batch') return form.file;
  await files.remove(userId, id);
  const message =
    purpose === undefined
      ? "'purpose' is a required property"
      : `'purpose' must be 'batch': nothing else is done with files here.`;
  throw new OpenaiError(400, message, { param: 'purpose' });
}

async function list(c: Context, userId: string, files: FileStore) {
  const { after, limit, order, purpose } = valid(query, c.req.query());
  const all = await files.files(userId, { limit: MOST });
  const sorted = (order === 'asc' ? all.reverse() : all).filter(
    (file) => purpose === undefined || file.purpose === purpose,
  );
  const from = after === undefined ? 0 : sorted.findIndex(({ id }) => fileName(id) === after) + 1;
  const data = sorted.slice(from, from + Number(limit)).map(fileObject);
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
