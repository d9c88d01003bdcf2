import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { memoryBatchStore } from '#lib/store/memory-batch-store.ts';
import { memoryFileStore } from '#lib/store/memory-file-store.ts';
import { UpstreamFailure } from '#lib/upstream/model.ts';
import { Refusal } from '#lib/wire/error-code.ts';
import { anna, inState, model, until, type Works, works } from './batch-fixture.ts';

const api = {
  ...{ endpoint: '/v1/chat/completions', window: '24h', metadata: null, problems: [] },
  ...{ outputFileId: null, errorFileId: null, finalizingAt: null, cancellingAt: null },
};

/** A batch of the API over so many requests, all answered, the first few with a failure. */
async function answered(
  { batches, files, script, worker }: Works,
  count: number,
  failing = 0,
): Promise<string> {
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
    if (at < failing) call.fail(new UpstreamFailure('upstream_rejected'));
    else {
      call.say('ok');
      call.finish();
    }
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

  it('[J53] leaves no files behind but those it names, whatever broke', async () => {
    const files = memoryFileStore();
    const store = memoryBatchStore();
    const faulty = { ...store };
    let tries = 0;
    faulty.conclude = async (...given) => {
      tries += 1;
      if (tries < 3) throw new Error('it broke');
      const ended = await store.conclude(...given);
      // The first that is stored is not answered.
      if (tries === 3) throw new Error('the answer got lost');
      return ended;
    };
    const house = works({ files, store: faulty });
    const id = await answered(house, 2, 1);
    await inState(house, id, 'completed');
    await house.worker.drain(1_000);
    const first = await store.batch(anna, id);
    const outputs = async () =>
      (await files.files(anna, { limit: 100 })).filter(({ purpose }) => purpose === 'batch_output');
    expect((await outputs()).map((file) => file.id).toSorted()).toEqual(
      [first?.api?.outputFileId, first?.api?.errorFileId].toSorted(),
    );

    const next = works({ files, store });
    await next.worker.start();
    await next.batches.retry(anna, id);
    const call = await next.script.nextCall();
    call.say('ok');
    call.finish();
    await inState(next, id, 'completed');
    await next.worker.drain(1_000);
    const second = await store.batch(anna, id);
    expect(second?.api?.errorFileId).toBeNull();
    expect((await outputs()).map((file) => file.id)).toEqual([second?.api?.outputFileId]);
  });

  it('[J53] leaves none when the batch is removed meanwhile', async () => {
    const files = memoryFileStore();
    const store = memoryBatchStore();
    const removing = { ...store };
    removing.conclude = async (lease, ...given) => {
      await store.remove(anna, lease.batchId);
      return store.conclude(lease, ...given);
    };
    const house = works({ files, store: removing });
    const id = await answered(house, 2);
    await until(async () => (await store.batch(anna, id)) === null);
    await house.worker.drain(1_000);
    expect((await files.files(anna, { limit: 100 })).map(({ purpose }) => purpose)).toEqual(['batch']);
  });

  it('[J54] and its downloads read ten items at a time, and all of them', async () => {
    const store = memoryBatchStore();
    const asked: number[] = [];
    const house = works({
      limit: 25,
      files: memoryFileStore(),
      store: {
        ...store,
        items: (userId, id, page) => {
          asked.push(page.limit);
          return store.items(userId, id, page);
        },
      },
    });
    const id = await answered(house, 25);
    await inState(house, id, 'completed');
    expect(Math.max(...asked)).toBe(10);
    const seen: number[] = [];
    for await (const { index } of (await house.batches.all(anna, id)).items) seen.push(index);
    expect(seen).toEqual(Array.from({ length: 25 }, (_, at) => at));
    expect(Math.max(...asked)).toBe(10);
    await house.worker.drain(0);
  });
});
