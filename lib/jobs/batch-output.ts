import type { BatchStore, StoredBatch, StoredItem } from '#lib/store/batch-store.ts';
import { CHUNK_BYTES, type FileStore } from '#lib/store/file-store.ts';
import { itemSentence } from '#lib/wire/batch.ts';

export interface BatchOutputPorts {
  store: Pick<BatchStore, 'items'>;
  files: Pick<FileStore, 'begin' | 'append' | 'complete' | 'remove'>;
  newId: () => string;
  /** Milliseconds since 1970. */
  now: () => number;
}

/** So few because one item may be megabytes. */
const PAGE = 10;

/** All items of a batch, a page in memory at a time. */
export async function* itemsOf(
  store: Pick<BatchStore, 'items'>,
  { userId, id }: Pick<StoredBatch, 'userId' | 'id'>,
  state?: StoredItem['state'],
): AsyncGenerator<StoredItem> {
  for (let after = -1; ; ) {
    const page = await store.items(userId, id, { ...(state ? { state } : {}), after, limit: PAGE });
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return;
    after = last.index;
  }
}

/** The files of a batch of the API: what was answered, and what was not. Null for one that would be empty. */
export async function writeResults(
  batch: StoredBatch,
  ports: BatchOutputPorts,
): Promise<{ outputFileId: string | null; errorFileId: string | null }> {
  const write = (what: 'output' | 'error', states: readonly StoredItem['state'][]) =>
    writeFile(batch, `batch_${batch.id}_${what}.jsonl`, lines(batch, states, ports), ports);
  return {
    outputFileId: await write('output', ['done']),
    errorFileId: await write('error', ['failed', 'cancelled']),
  };
}

async function* lines(
  batch: StoredBatch,
  states: readonly StoredItem['state'][],
  { store, now }: BatchOutputPorts,
): AsyncGenerator<string> {
  for (const state of states)
    for await (const item of itemsOf(store, batch, state))
      yield `${JSON.stringify(outputLine(batch, item, now()))}\n`;
}

async function writeFile(
  { userId }: StoredBatch,
  name: string,
  content: AsyncIterable<string>,
  { files, newId }: BatchOutputPorts,
): Promise<string | null> {
  const id = newId();
  let seq = 0;
  let total = 0;
  let waiting = '';
  const flush = async () => {
    if (seq === 0) await files.begin(userId, { id, name, purpose: 'batch_output', format: 'jsonl' });
    await files.append(userId, id, seq, Buffer.from(waiting));
    seq += 1;
    waiting = '';
  };
  for await (const line of content) {
    waiting += line;
    total += 1;
    if (waiting.length >= CHUNK_BYTES) await flush();
  }
  if (waiting !== '') await flush();
  if (total === 0) return null;
  await files.complete(userId, id, { total, columns: [], units: {}, firstItems: [] });
  return id;
}

const statuses: Readonly<Record<string, number>> = {
  model_not_found: 404,
  upstream_rejected: 400,
  context_too_long: 400,
  bad_item: 400,
  upstream_auth: 401,
  upstream_quota: 429,
  upstream_rate_limited: 429,
  upstream_overloaded: 503,
  queue_timeout: 503,
};
const BAD_GATEWAY = 502;

/** A line of OpenAI's output or error file. */
export function outputLine(
  { id }: Pick<StoredBatch, 'id'>,
  item: StoredItem,
  now: number,
): Record<string, unknown> {
  const names = { id: `batch_req_${id.replaceAll('-', '')}_${item.index}`, custom_id: item.customId };
  const created = Math.floor((item.endedAt ?? now) / 1_000);
  const answer = item.outputs.at(-1);
  const request = `req_${id.replaceAll('-', '').slice(0, 20)}${item.index}`;
  if (item.state === 'done' && answer !== undefined) {
    const { text, finish, model, tokensIn, tokensOut } = answer;
    const message = { role: 'assistant', content: text, refusal: null };
    const usage = {
      prompt_tokens: tokensIn,
      completion_tokens: tokensOut,
      total_tokens: tokensIn + tokensOut,
    };
    const choices = [{ index: 0, message, logprobs: null, finish_reason: finish }];
    const body = { id: `chatcmpl-${request}`, object: 'chat.completion', created, model, choices, usage };
    return { ...names, response: { status_code: 200, request_id: request, body }, error: null };
  }
  if (item.state === 'cancelled') {
    const error = {
      code: 'batch_cancelled',
      message: 'The batch was cancelled before this request was answered.',
    };
    return { ...names, response: null, error };
  }
  const code = item.code ?? 'server_error';
  const status = statuses[code] ?? BAD_GATEWAY;
  const type = status < 500 ? 'invalid_request_error' : 'server_error';
  const body = { error: { message: item.message ?? itemSentence(code), type, param: null, code } };
  return { ...names, response: { status_code: status, request_id: request, body }, error: null };
}
