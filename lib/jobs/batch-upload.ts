import { CHUNK_BYTES, type FileFacts, type FileStore, type StoredFile } from '#lib/store/file-store.ts';
import { type BatchFormat, type BatchProblems, batchLimits } from '#lib/wire/batch.ts';
import { Refusal } from '#lib/wire/error-code.ts';
import { type Read, readItems } from './batch-read.ts';
import { promptOf } from './batch-request.ts';

export interface Upload {
  userId: string;
  id: string;
  name: string;
  purpose: 'upload' | 'batch';
  format: BatchFormat;
  content: AsyncIterable<Uint8Array>;
}

/** Units of a variable that are shown of the first items. */
const SHOWN = 2_000;

/**
 * Takes a file in and reads it on the way, a chunk in memory at a time. A bad one leaves nothing behind.
 * @throws Refusal `too_long` beyond 200 MB and for who has too much here already, `bad_message` for a body that ends early
 */
export async function takeIn(
  upload: Upload,
  files: FileStore,
): Promise<{ file: StoredFile } | { problems: BatchProblems }> {
  const { userId, id, name, purpose, format, content } = upload;
  await files.begin(userId, { id, name, purpose, format });
  let isKept = false;
  try {
    const { facts, problems } = await survey(readItems(format, storing(upload, files, content)), format);
    if (problems.count > 0) return { problems };
    const file = await files.complete(userId, id, facts);
    isKept = true;
    return { file };
  } finally {
    if (!isKept) await files.remove(userId, id);
  }
}

/**
 * Takes a file in as it is; what is wrong with it is found when somebody starts it.
 * @throws Refusal as `takeIn`
 */
export async function storeFile(upload: Upload, files: FileStore): Promise<StoredFile> {
  const { userId, id, name, purpose, format, content } = upload;
  await files.begin(userId, { id, name, purpose, format });
  let isKept = false;
  try {
    for await (const _chunk of storing(upload, files, content));
    const file = await files.complete(userId, id, { total: 0, columns: [], units: {}, firstItems: [] });
    isKept = true;
    return file;
  } finally {
    if (!isKept) await files.remove(userId, id);
  }
}

/** Asked for every chunk: files that come at the same time take room from each other. */
async function checkRoom(userId: string, files: FileStore): Promise<void> {
  if ((await files.used(userId)) >= batchLimits.keptBytes)
    throw new Refusal(
      'too_long',
      'Your files take up 2 GB here. Delete batches that you do not need any more.',
    );
}

/** Passes the content on, stored before. */
async function* storing(
  { userId, id }: Upload,
  files: FileStore,
  content: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  let seq = 0;
  for await (const chunk of chunked(content)) {
    await checkRoom(userId, files);
    await files.append(userId, id, seq, chunk);
    seq += 1;
    yield chunk;
  }
}

async function* chunked(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let pieces: Uint8Array[] = [];
  let size = 0;
  let bytes = 0;
  for await (const piece of content) {
    bytes += piece.byteLength;
    if (bytes > batchLimits.fileBytes) {
      throw new Refusal(
        'too_long',
        'The file is larger than 200 MB. Split it and start a batch for each part.',
      );
    }
    for (let from = 0; from < piece.byteLength; from += CHUNK_BYTES) {
      const part = piece.subarray(from, from + CHUNK_BYTES);
      pieces.push(part);
      size += part.byteLength;
      if (size < CHUNK_BYTES) continue;
      yield Buffer.concat(pieces, size);
      pieces = [];
      size = 0;
    }
  }
  if (size > 0) yield Buffer.concat(pieces, size);
}

/** Counts and measures the items, and collects what is wrong. */
export async function survey(
  read: AsyncIterable<Read>,
  format: BatchFormat,
): Promise<{ facts: FileFacts; problems: BatchProblems }> {
  const facts: FileFacts = {
    total: 0,
    columns: format === 'lines' ? ['item'] : [],
    // A column may be named as something that every object has.
    units: Object.create(null) as Record<string, number>,
    firstItems: [],
  };
  const problems: BatchProblems = { problems: [], count: 0 };
  const add = (line: number | null, column: number | null, message: string) => {
    problems.count += 1;
    if (problems.problems.length < batchLimits.problems) problems.problems.push({ line, column, message });
  };
  for await (const each of read) {
    if (each.kind === 'columns') facts.columns = each.columns;
    else if (each.kind === 'problem') add(each.problem.line, each.problem.column, each.problem.message);
    else if (facts.total === batchLimits.items) {
      add(null, null, 'There are more than 50,000 items. Split the file and start a batch for each part.');
      break;
    } else {
      measure(facts, shownOf(each.item.input));
      if (each.item.input.kind === 'request') noteModel(facts, each.item.input.body);
    }
  }
  if (problems.count === 0 && facts.total === 0)
    add(null, null, 'There are no items in it. Add at least one.');
  return { facts, problems };
}

/** Of a file that names more models than that, only the first are looked at before the start. */
const MOST_MODELS = 50;

function noteModel(facts: FileFacts, { model }: Record<string, unknown>): void {
  const name = String(model);
  facts.models ??= [];
  const { models, total } = facts;
  if (models.length >= MOST_MODELS || models.some((known) => known.name === name)) return;
  models.push({ name, item: total });
}

function shownOf(input: Extract<Read, { kind: 'item' }>['item']['input']): Record<string, string> {
  if (input.kind === 'variables') return input.variables;
  return { model: String(input.body.model), prompt: promptOf(input.body) };
}

function measure(facts: FileFacts, shown: Record<string, string>): void {
  facts.total += 1;
  for (const [name, value] of Object.entries(shown))
    facts.units[name] = (facts.units[name] ?? 0) + value.length;
  if (facts.firstItems.length >= 3) return;
  const cut = Object.entries(shown).map(([name, value]) => [name, value.slice(0, SHOWN)]);
  facts.firstItems.push(Object.fromEntries(cut) as Record<string, string>);
}
