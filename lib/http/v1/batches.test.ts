import { randomUUID } from 'node:crypto';
import OpenAI, { APIError, NotFoundError, toFile } from 'openai';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Works, works } from '#lib/jobs/batch-fixture.ts';
import { memoryBatchStore } from '#lib/store/memory-batch-store.ts';
import { memoryFileStore } from '#lib/store/memory-file-store.ts';
import type { Models } from '#lib/upstream/model.ts';
import { testServer } from '../test-server.ts';
import { createBatches } from './batches.ts';
import { createFiles } from './files.ts';

/** Says back what it is told. */
const echoing: Models = {
  list: () => [],
  defaultId: () => 'test/model',
  onChange: () => () => undefined,
  embeddingModels: () => [],
  findEmbedding: () => null,
  find: (id) =>
    id !== 'test/model'
      ? null
      : {
          id,
          async stream({ messages }, sink) {
            sink.text(`re: ${messages.at(-1)?.content}`);
            return { finish: 'stop', usage: { tokensIn: 4, tokensOut: 2 } };
          },
        },
};

/** Files and batches over memory behind the keys of two people, and the official client. */
async function v1(models: Models = echoing) {
  const files = memoryFileStore();
  const store = memoryBatchStore({ files });
  const house: Works = works({ models, files, store, limit: 8 });
  await house.worker.start();
  onTestFinished(() => house.worker.drain(0));
  const parts = { files, store, batches: house.batches, newId: randomUUID, draining: () => false };
  const also = [createFiles(parts), createBatches(parts)];
  const { origin, keys, ask } = await testServer({ v1: { models, also } });
  const client = async (person: string) => {
    const { key } = await keys.create(person, 'test');
    return new OpenAI({ apiKey: key, baseURL: `${origin}/v1`, maxRetries: 0 });
  };
  return { client: await client('anna'), stranger: await client('bert'), house, ask };
}

const line = (at: number, model = 'test/model') =>
  JSON.stringify({
    custom_id: `item-${at}`,
    method: 'POST',
    url: '/v1/chat/completions',
    body: { model, max_tokens: 9, temperature: 0.5, messages: [{ role: 'user', content: `text ${at}` }] },
  });

async function uploaded(client: OpenAI, lines: readonly string[]): Promise<string> {
  const file = await toFile(Buffer.from(lines.join('\n')), 'requests.jsonl');
  return (await client.files.create({ file, purpose: 'batch' })).id;
}

async function over(client: OpenAI, id: string) {
  for (;;) {
    const batch = await client.batches.retrieve(id);
    if (['completed', 'failed', 'cancelled'].includes(batch.status)) return batch;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const create = (client: OpenAI, input_file_id: string, metadata: Record<string, string> | null = null) =>
  client.batches.create({
    input_file_id,
    endpoint: '/v1/chat/completions',
    completion_window: '24h',
    metadata,
  });

async function jsonl(client: OpenAI, id: string | undefined) {
  const text = await (await client.files.content(id ?? '')).text();
  return text
    .trimEnd()
    .split('\n')
    .map((each) => JSON.parse(each));
}

describe('the official client', () => {
  it('[H55] runs a batch of 200 with five bad items and downloads both files', async () => {
    const { client } = await v1();
    const bad = [3, 50, 51, 120, 199];
    const lines = Array.from({ length: 200 }, (_, at) =>
      line(at, bad.includes(at) ? 'test/none' : 'test/model'),
    );
    const batch = await create(client, await uploaded(client, lines), { project: 'weir' });
    expect(batch).toMatchObject({
      object: 'batch',
      endpoint: '/v1/chat/completions',
      metadata: { project: 'weir' },
    });
    expect(batch.id).toMatch(/^batch_/);
    const done = await over(client, batch.id);
    expect(done).toMatchObject({
      status: 'completed',
      request_counts: { total: 200, completed: 195, failed: 5 },
      errors: null,
      usage: { input_tokens: 780, output_tokens: 390, total_tokens: 1170 },
    });
    expect(done.completed_at).toBeGreaterThan(1_700_000_000);
    const output = await jsonl(client, done.output_file_id);
    expect(output).toHaveLength(195);
    expect(output[0]).toMatchObject({
      custom_id: 'item-0',
      error: null,
      response: {
        status_code: 200,
        body: {
          object: 'chat.completion',
          model: 'test/model',
          choices: [
            { index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 're: text 0' } },
          ],
          usage: { prompt_tokens: 4, completion_tokens: 2, total_tokens: 6 },
        },
      },
    });
    const errors = await jsonl(client, done.error_file_id);
    expect(errors.map(({ custom_id }) => custom_id)).toEqual(bad.map((at) => `item-${at}`));
    expect(errors[0]).toMatchObject({
      response: { status_code: 404, body: { error: { code: 'model_not_found' } } },
    });
    const listed = [];
    for await (const each of client.batches.list()) listed.push(each.id);
    expect(listed).toEqual([batch.id]);
  });

  it('[H56] a file with bad lines fails as a whole, naming them, and nothing is asked', async () => {
    const asked: string[] = [];
    const find: Models['find'] = (id) => {
      asked.push(id);
      return echoing.find(id);
    };
    const { client } = await v1({ ...echoing, find });
    const lines = [
      line(0),
      'not json',
      line(0),
      '{"custom_id":"x"}',
      line(1).replace('"messages"', '"massages"'),
    ];
    const batch = await create(client, await uploaded(client, lines));
    const failed = await over(client, batch.id);
    expect(failed).toMatchObject({ status: 'failed', output_file_id: null, request_counts: { total: 0 } });
    expect(failed.errors?.data?.map(({ line: at }) => at)).toEqual([2, 3, 4, 5]);
    expect(failed.errors?.data?.[3]?.message).toContain('body.messages');
    expect(asked).toEqual([]);
  });

  it('[H57] cancels a batch, and what was not answered is in the error file', async () => {
    const endless: Models = {
      ...echoing,
      find: (id) => ({
        id,
        stream: (_request, _sink, signal) =>
          new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
      }),
    };
    const { client } = await v1(endless);
    const batch = await create(client, await uploaded(client, [line(0), line(1)]));
    while ((await client.batches.retrieve(batch.id)).status !== 'in_progress');
    expect((await client.batches.cancel(batch.id)).status).toMatch(/^cancell/);
    const cancelled = await over(client, batch.id);
    expect(cancelled).toMatchObject({
      status: 'cancelled',
      request_counts: { total: 2, completed: 0, failed: 0 },
    });
    expect(cancelled.cancelled_at).toBeGreaterThanOrEqual(cancelled.cancelling_at ?? Infinity);
    const errors = await jsonl(client, cancelled.error_file_id);
    expect(errors.map(({ error }) => error.code)).toEqual(['batch_cancelled', 'batch_cancelled']);
    await expect(client.batches.cancel(batch.id)).rejects.toMatchObject({ status: 400 });
  });

  it('[H58] keeps, lists, shows and deletes files', async () => {
    const { client } = await v1();
    const [one, two] = [await uploaded(client, [line(0)]), await uploaded(client, [line(1), line(2)])];
    const file = await client.files.retrieve(two);
    const bytes = Buffer.byteLength(`${line(1)}\n${line(2)}`);
    expect(file).toMatchObject({
      object: 'file',
      purpose: 'batch',
      filename: 'requests.jsonl',
      bytes,
      status: 'processed',
    });
    const ids = [];
    for await (const each of client.files.list({ limit: 1, order: 'asc' })) ids.push(each.id);
    expect(ids.toSorted()).toEqual([one, two].toSorted());
    expect(await (await client.files.content(one)).text()).toBe(line(0));
    expect(await client.files.delete(one)).toEqual({ id: one, object: 'file', deleted: true });
    await expect(client.files.retrieve(one)).rejects.toBeInstanceOf(NotFoundError);
    const wrong = toFile(Buffer.from('x'), 'x.jsonl');
    await expect(client.files.create({ file: await wrong, purpose: 'vision' })).rejects.toMatchObject({
      status: 400,
      param: 'purpose',
      type: 'invalid_request_error',
    });
    expect((await client.files.list()).data.map(({ id }) => id)).toEqual([two]);
  });

  it('[H59] whatever is somebody else’s answers as if it were not there', async () => {
    const { client, stranger } = await v1();
    const file = await uploaded(client, [line(0)]);
    const batch = await create(client, file);
    await over(client, batch.id);
    for (const attempt of [
      () => stranger.files.retrieve(file),
      () => stranger.files.content(file),
      () => stranger.files.delete(file),
      () => stranger.batches.retrieve(batch.id),
      () => stranger.batches.cancel(batch.id),
    ])
      await expect(attempt()).rejects.toBeInstanceOf(NotFoundError);
    await expect(create(stranger, file)).rejects.toMatchObject({ status: 400, param: 'input_file_id' });
    expect((await stranger.files.list()).data).toEqual([]);
    expect((await stranger.batches.list()).data).toEqual([]);
  });

  it('[H60] gets its own typed errors for what cannot be', async () => {
    const { client } = await v1();
    const file = await uploaded(client, [line(0)]);
    const wrong = { input_file_id: file, endpoint: '/v1/embeddings', completion_window: '24h' } as const;
    const refused = await client.batches.create(wrong).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(APIError);
    expect(refused).toMatchObject({ status: 400, type: 'invalid_request_error', param: 'endpoint' });
    await expect(client.batches.retrieve('batch_x')).rejects.toBeInstanceOf(NotFoundError);
    await expect(client.files.retrieve('../x')).rejects.toBeInstanceOf(APIError);
  });

  it('[H42] is told of files and batches by the document, as of all routes', async () => {
    const { ask } = await v1();
    const { paths } = JSON.parse((await ask('GET', '/api/openapi.json')).body);
    const said = (path: string) => Object.keys(paths[path] ?? {}).sort();
    expect(said('/v1/files')).toEqual(['get', 'post']);
    expect(said('/v1/files/{id}')).toEqual(['delete', 'get']);
    expect(said('/v1/files/{id}/content')).toEqual(['get']);
    expect(said('/v1/batches')).toEqual(['get', 'post']);
    expect(said('/v1/batches/{id}')).toEqual(['get']);
    expect(said('/v1/batches/{id}/cancel')).toEqual(['post']);
  });
});
