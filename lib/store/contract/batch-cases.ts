import { describe, expect, it } from 'vitest';
import { api, type BatchBench, change, first, indexes, passed } from './batch-bench.ts';
import { refused } from './bench.ts';

export function describeBatchOwners(bench: BatchBench): void {
  describe('a batch of a person', () => {
    it('[F94] [S30] is made once, however often it is asked for, and is nobody else’s', async () => {
      const [anna, bert] = [await bench.newUser(), await bench.newUser()];
      const made = await bench.create(anna);
      const { id, name, format, fileId, stages, api: none } = made;
      const again = { id, name, format, fileId, stages, api: none };
      expect(await bench.batches.create(anna, again)).toEqual(made);
      await refused(bench.batches.create(bert, again), 'conflict');
      expect(made).toMatchObject({
        state: 'validating',
        total: 0,
        stageDone: [0],
        stageFailed: [0],
        stageRunning: [0],
      });
      expect(await bench.batches.batch(bert, id)).toBeNull();
      expect(await bench.batches.batch(anna, 'no-uuid')).toBeNull();
      expect(await bench.batches.cancel(bert, id)).toBeNull();
      expect(await bench.batches.retry(bert, id)).toBeNull();
      expect(await bench.batches.remove(bert, id)).toBe(false);
      expect(await bench.batches.rows(bert, id, { after: -1, limit: 9 })).toEqual([]);
      expect(await bench.batches.items(bert, id, { after: -1, limit: 9 })).toEqual([]);
      expect(await bench.batches.batches(bert, { limit: 9 })).toEqual([]);
    });

    it('[S21] may be called anything, and be told of by anything', async () => {
      const { batches, files } = bench;
      const text = 'nul \0 half \ud800';
      const { user, id, lease } = await bench.running(1, { api: { ...api, metadata: { [text]: text } } });
      await batches.cancel(user, id);
      await batches.settle(lease, bench.time);
      await batches.conclude(lease, bench.time, { outputFileId: null, errorFileId: null });
      expect(await batches.retry(user, id, 0)).toMatchObject({
        state: 'running',
        api: { metadata: { [text]: text }, cancellingAt: null, finalizingAt: null },
      });
      const named = { name: text, format: 'jsonl' } as const;
      const given = { ...named, id: crypto.randomUUID(), fileId: null, stages: [], api: null };
      expect(await batches.create(user, given)).toMatchObject({ name: 'nul \ufffd half \ufffd' });
      const file = crypto.randomUUID();
      await files.begin(user, { ...named, id: file, purpose: 'batch' });
      const facts = { total: 0, columns: [], units: {}, firstItems: [] };
      expect(await files.complete(user, file, facts)).toMatchObject({ name: 'nul \ufffd half \ufffd' });
    });

    it('is listed newest first, a page at a time, those of the API also alone', async () => {
      const user = await bench.newUser();
      const [old, mid, young] = [
        await bench.create(user),
        await bench.create(user, { api }),
        await bench.create(user),
      ];
      const list = async (page: { before?: string; limit: number; viaApi?: boolean }) =>
        (await bench.batches.batches(user, page)).map(({ id }) => id);
      expect(await list({ limit: 2 })).toEqual([young.id, mid.id]);
      expect(await list({ limit: 2, before: mid.id })).toEqual([old.id]);
      expect(await list({ limit: 2, viaApi: true })).toEqual([mid.id]);
    });

    it('[S60] counts while it is not over, with its owner’s alone', async () => {
      const [anna, bert] = [await bench.newUser(), await bench.newUser()];
      const [first, second] = [await bench.create(anna), await bench.create(anna)];
      await bench.create(bert);
      expect(await bench.batches.unfinished(anna)).toBe(2);
      await bench.batches.cancel(anna, first.id);
      // Cancelling is not over.
      expect(await bench.batches.unfinished(anna)).toBe(2);
      await bench.batches.remove(anna, second.id);
      expect([await bench.batches.unfinished(anna), await bench.batches.unfinished(bert)]).toEqual([1, 1]);
    });

    it('[S35] goes with its upload, not with a file of the API, and old ones go by themselves', async () => {
      const { batches, files } = bench;
      const user = await bench.newUser();
      const [upload, apiFile] = [crypto.randomUUID(), crypto.randomUUID()];
      for (const [id, purpose] of [
        [upload, 'upload'],
        [apiFile, 'batch'],
      ] as const) {
        await files.begin(user, { id, name: 'f', purpose, format: 'lines' });
        await files.complete(user, id, { total: 0, columns: [], units: {}, firstItems: [] });
      }
      const one = await bench.create(user, { fileId: upload });
      const two = await bench.create(user, { fileId: apiFile });
      expect(await batches.remove(user, one.id)).toBe(true);
      expect(await batches.remove(user, two.id)).toBe(true);
      expect(await batches.remove(user, two.id)).toBe(false);
      expect(await files.file(user, upload)).toBeNull();
      expect(await files.file(user, apiFile)).not.toBeNull();
      await batches.purge({ ended: 0, files: bench.time + 1, uploads: 0 });
      expect(await files.file(user, apiFile)).toBeNull();
    });
  });
}

export function describeBatchItems(bench: BatchBench): void {
  describe('items', () => {
    it('[S34] are recorded once, with the counts of their batch', async () => {
      const { user, id, lease } = await bench.running(4);
      const [a, b, c] = await bench.claim(lease, 3);
      if (!a || !b || !c) throw new Error('three were there');
      expect(await bench.stored(user, id)).toMatchObject({ total: 4, stageRunning: [3] });
      const changes = [change(a, 'done'), change(b, 'failed'), change(c, 'waiting')];
      const progress = { stageDone: [1], stageFailed: [1], tokensIn: 3, tokensOut: 5, state: 'running' };
      expect(await bench.batches.record(lease, changes)).toMatchObject(progress);
      expect(await bench.batches.record(lease, changes)).toMatchObject(progress);
      const rows = await bench.batches.rows(user, id, { after: -1, limit: 9 });
      expect(rows.map(({ state }) => state)).toEqual(['done', 'failed', 'waiting', 'waiting']);
      expect(rows[0]).toMatchObject({ input: 'text 0', output: 'an answer', tokensIn: 3, attempts: 1 });
      expect(rows[1]).toMatchObject({ code: 'upstream_error', message: expect.stringContaining('Retry') });
      expect(indexes(await bench.batches.rows(user, id, { state: 'waiting', after: 2, limit: 9 }))).toEqual([
        3,
      ]);
      expect(indexes(await bench.batches.rows(user, id, { after: 0, limit: 2 }))).toEqual([1, 2]);
    });

    it('pass from stage to stage, and a retry goes on where one failed', async () => {
      const { user, id, lease } = await bench.running(1, { stages: 2 });
      const item = first(await bench.claim(lease, 1));
      await bench.batches.record(lease, [passed(item)]);
      expect(await bench.batches.record(lease, [passed(item)])).toMatchObject({
        stageDone: [1, 0],
        tokensIn: 3,
      });
      const [kept] = await bench.batches.items(user, id, { after: -1, limit: 1 });
      if (!kept) throw new Error('it was there');
      await bench.batches.record(lease, [change(kept, 'failed')]);
      expect(await bench.stored(user, id)).toMatchObject({ stageDone: [1, 0], stageFailed: [0, 1] });
      expect(await bench.batches.settle(lease, bench.time)).toMatchObject({ state: 'completed' });
      expect(await bench.batches.retry(user, id)).toMatchObject({
        state: 'running',
        stageFailed: [0, 0],
        endedAt: null,
      });
      expect(await bench.batches.retry(user, id)).toBeNull();
      const again = await bench.take(id, 'p2');
      expect(await bench.claim(again, 9, { stage: 0 })).toEqual([]);
      const [resumed] = await bench.claim(again, 9, { stage: 1 });
      expect(resumed).toMatchObject({ stage: 1, outputs: [{ text: 'an answer' }], attempts: 2 });
    });

    it('hold any text that a model can send', async () => {
      const { user, id, lease } = await bench.running(1);
      const item = first(await bench.claim(lease, 1));
      const text = 'nul \0 half \ud800 whole \u{1f600} "quoted" \\';
      const outputs = [{ text, finish: 'stop' as const, model: 'm', tokensIn: 0, tokensOut: 0 }];
      await bench.batches.record(lease, [change(item, 'done', { outputs })]);
      const [stored] = await bench.batches.items(user, id, { after: -1, limit: 1 });
      expect(stored?.outputs[0]?.text).toBe(text);
    });

    it('that are left when a batch is cancelled are cancelled, and one of them can be tried again', async () => {
      const { user, id, lease } = await bench.running(3);
      const item = first(await bench.claim(lease, 1));
      await bench.batches.record(lease, [change(item, 'done')]);
      expect(await bench.batches.settle(lease, bench.time)).toMatchObject({ state: 'running' });
      expect(await bench.batches.cancel(user, id)).toMatchObject({ state: 'cancelling' });
      expect(await bench.batches.cancel(user, id)).toMatchObject({ state: 'cancelling' });
      expect(await bench.claim(lease, 9)).toEqual([]);
      expect(await bench.batches.settle(lease, bench.time)).toMatchObject({
        state: 'cancelled',
        cancelled: 2,
      });
      expect(await bench.batches.cancel(user, id)).toBeNull();
      expect(await bench.batches.retry(user, id)).toBeNull();
      expect(await bench.batches.retry(user, id, 2)).toMatchObject({ state: 'running', cancelled: 1 });
    });

    it('of the API end in files', async () => {
      const { user, id, lease } = await bench.running(1, { api });
      await bench.batches.cancel(user, id);
      expect(await bench.batches.settle(lease, bench.time)).toMatchObject({
        state: 'finalizing',
        endedAt: null,
      });
      const files = { outputFileId: crypto.randomUUID(), errorFileId: null };
      await bench.batches.conclude(lease, bench.time, files);
      expect(await bench.stored(user, id)).toMatchObject({
        state: 'cancelled',
        endedAt: bench.time,
        api: files,
      });
      expect(await bench.batches.beat('p1')).not.toContainEqual(expect.objectContaining({ id }));
    });

    it('are not begun when the whole cannot be', async () => {
      const user = await bench.newUser();
      const { id } = await bench.create(user, { api });
      const lease = await bench.take(id);
      const problems = [{ line: 3, column: 1, message: 'no' }];
      expect(await bench.batches.fail(lease, bench.time, 'bad', problems)).toMatchObject({ state: 'failed' });
      expect(await bench.stored(user, id)).toMatchObject({
        message: 'bad',
        api: { problems },
        endedAt: bench.time,
      });
    });
  });
}
