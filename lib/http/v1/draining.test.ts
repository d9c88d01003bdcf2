import { randomUUID } from 'node:crypto';
import OpenAI, { toFile } from 'openai';
import { expect, it } from 'vitest';
import { works } from '#lib/jobs/batch-fixture.ts';
import { memoryBatchStore } from '#lib/store/memory-batch-store.ts';
import { memoryFileStore } from '#lib/store/memory-file-store.ts';
import { testServer } from '../test-server.ts';
import { createBatches } from './batches.ts';
import { createFiles } from './files.ts';

it('[H53] whoever is leaving takes neither files nor batches, and has made nothing', async () => {
  const files = memoryFileStore();
  const store = memoryBatchStore({ files });
  const { batches } = works({ files, store });
  let isLeaving = false;
  const parts = { files, store, batches, newId: randomUUID, draining: () => isLeaving };
  const { origin, keys } = await testServer({ v1: { also: [createFiles(parts), createBatches(parts)] } });
  const { key } = await keys.create('anna', 'test');
  const client = new OpenAI({ apiKey: key, baseURL: `${origin}/v1`, maxRetries: 0 });
  const upload = async () =>
    client.files.create({ file: await toFile(Buffer.from('{}'), 'f.jsonl'), purpose: 'batch' });
  const { id } = await upload();
  isLeaving = true;
  const told = { status: 503, code: 'draining' };
  await expect(upload()).rejects.toMatchObject(told);
  const wanted = { input_file_id: id, endpoint: '/v1/chat/completions', completion_window: '24h' } as const;
  await expect(client.batches.create(wanted)).rejects.toMatchObject(told);
  expect((await client.files.list()).data).toHaveLength(1);
  expect((await client.batches.list()).data).toEqual([]);
});
