import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { memoryFileStore } from '#lib/store/memory-file-store.ts';
import { Refusal } from '#lib/wire/error-code.ts';
import { anna, inState, model, type Works, works } from './batch-fixture.ts';

const api = {
  ...{ endpoint: '/v1/chat/completions', window: '24h', metadata: null, problems: [] },
  ...{ outputFileId: null, errorFileId: null, finalizingAt: null, cancellingAt: null },
};

/** A batch of the API over so many requests, with all answers. */
async function answered({ batches, files, script, worker }: Works, count: number): Promise<string> {
  const requests = Array.from({ length: count }, (_, at) => {
    const body = { model, messages: [{ role: 'user', content: `text ${at}` }] };
    return JSON.stringify({ custom_id: `c${at}`, method: 'POST', url: '/v1/chat/completions', body });
  });
  const fileId = randomUUID();
  await files.begin(anna, { id: fileId, name: 'in.jsonl', purpose: 'batch', format: 'jsonl' });
  await files.append(anna, fileId, 0, Buffer.from(requests.join('\n')));
  await files.complete(anna, fileId, { total: count, columns: [], units: {}, firstItems: [] });
  const id = randomUUID();
  const stages = [{ name: 'answer', template: null, model: null }];
  await worker.start();
  await batches.begin(anna, { id, name: 'in.jsonl', format: 'jsonl', fileId, stages, api });
  for (let at = 0; at < count; at += 1) {
    const call = await script.nextCall();
    call.say('ok');
    call.finish();
  }
  return id;
}

describe('the end of a batch of the API', () => {
  it('[J43] [J51] is logged each time it breaks, and the batch fails when it always does', async () => {
    const files = memoryFileStore();
    const full = { ...files };
    const house = works({ files: full });
    full.begin = async (userId, file) => {
      if (file.purpose === 'batch_output') throw new Error('the disk is full');
      return files.begin(userId, file);
    };
    const id = await answered(house, 2);
    await inState(house, id, 'failed');
    expect((await house.batches.one(anna, id)).message).toMatch(/can be downloaded on its page/);
    expect(house.log.lines.filter(({ level }) => level === 'error')).toHaveLength(100);
    await house.worker.drain(0);
  });

  it('[J51] waits out an outage of the database, however long', async () => {
    const files = memoryFileStore();
    const away = { ...files };
    const house = works({ files: away });
    let tries = 0;
    away.begin = async (userId, file) => {
      if (file.purpose === 'batch_output') tries += 1;
      if (tries > 0 && tries < 150)
        throw new Refusal('storage_unavailable', 'The database cannot be reached.');
      return files.begin(userId, file);
    };
    const id = await answered(house, 2);
    await inState(house, id, 'completed');
    expect(tries).toBe(150);
    expect(house.log.lines.filter(({ level }) => level === 'error')).toEqual([]);
    await house.worker.drain(0);
  });
});
