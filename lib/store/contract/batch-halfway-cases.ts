import { describe, expect, it } from 'vitest';
import { type BatchBench, change, first, indexes, newItem, output, passed } from './batch-bench.ts';

export function describeHalfway(bench: BatchBench): void {
  describe('items halfway', () => {
    it('[J84] that were cancelled are all tried again together, and the failed are left', async () => {
      const { user, id, lease } = await bench.running(4);
      const [done, failed] = await bench.claim(lease, 2);
      if (!done || !failed) throw new Error('they were there');
      await bench.batches.record(lease, [change(done, 'done'), change(failed, 'failed')]);
      await bench.batches.cancel(user, id);
      await bench.batches.settle(lease, bench.time);
      expect(await bench.batches.retry(user, id, 'cancelled')).toMatchObject({
        ...{ state: 'running', cancelled: 0, stageFailed: [1], endedAt: null },
      });
      expect(await bench.batches.retry(user, id, 'cancelled')).toBeNull();
      const again = await bench.take(id, 'p2');
      expect(indexes(await bench.claim(again, 9))).toEqual([2, 3]);
    });

    it('[J84] of a batch that was cancelled before it was read in are read in before they are tried', async () => {
      const user = await bench.newUser();
      const { id } = await bench.create(user);
      const lease = await bench.take(id);
      await bench.batches.addItems(lease, [newItem(0)]);
      await bench.batches.cancel(user, id);
      await bench.batches.settle(lease, bench.time);
      expect(await bench.batches.retry(user, id)).toBeNull();
      expect(await bench.batches.retry(user, id, 'cancelled')).toMatchObject({ state: 'validating' });
      const again = await bench.take(id, 'p2');
      await bench.batches.addItems(again, [newItem(0), newItem(1)]);
      await bench.batches.open(again, bench.time);
      expect(indexes(await bench.claim(again, 9))).toEqual([0, 1]);
    });

    it('[S57] of a batch that was not read in to its end are retried one by one without the rest of the file', async () => {
      const user = await bench.newUser();
      const { id } = await bench.create(user);
      const lease = await bench.take(id);
      await bench.batches.addItems(lease, [newItem(0), newItem(1)]);
      await bench.batches.cancel(user, id);
      await bench.batches.settle(lease, bench.time);
      expect(await bench.batches.retry(user, id, 1)).toMatchObject({ state: 'running', cancelled: 1 });
      const second = await bench.take(id, 'p2');
      const item = first(await bench.claim(second, 9));
      expect(item.index).toBe(1);
      await bench.batches.record(second, [change(item, 'done')]);
      expect(await bench.batches.settle(second, bench.time)).toMatchObject({ state: 'completed' });
      // What was never read in is not forgotten for it.
      expect(await bench.batches.retry(user, id, 'cancelled')).toMatchObject({ state: 'validating' });
      const third = await bench.take(id, 'p3');
      await bench.batches.addItems(
        third,
        [0, 1, 2].map((index) => newItem(index)),
      );
      await bench.batches.open(third, bench.time);
      expect(indexes(await bench.claim(third, 9))).toEqual([0, 2]);
    });

    it('[J82] keep what had come when they were cancelled, beside the outputs of the stages that are done', async () => {
      const { user, id, lease } = await bench.running(1, { stages: 2 });
      await bench.batches.record(lease, [passed(first(await bench.claim(lease, 1)))]);
      const [item] = await bench.batches.items(user, id, { after: -1, limit: 1 });
      if (!item) throw new Error('it was there');
      const partial = { ...output('half an'), finish: null, isPartial: true as const };
      await bench.batches.cancel(user, id);
      const outputs = [...item.outputs, partial];
      const moved = await bench.batches.record(lease, [change(item, 'cancelled', { outputs })]);
      expect(moved).toMatchObject({ cancelled: 1, stageDone: [1, 0], tokensOut: 10 });
      expect(await bench.batches.settle(lease, bench.time)).toMatchObject({
        state: 'cancelled',
        cancelled: 1,
      });
      const [kept] = await bench.batches.items(user, id, { after: -1, limit: 1 });
      expect(kept).toMatchObject({ state: 'cancelled', stage: 1, outputs });
      const [row] = await bench.batches.rows(user, id, { state: 'cancelled', after: -1, limit: 1 });
      expect(row?.output).toBe('half an');
      await bench.batches.retry(user, id, 'cancelled');
      const [again] = await bench.batches.rows(user, id, { after: -1, limit: 1 });
      expect(again).toMatchObject({ state: 'waiting', output: null });
    });

    it('[J83] that are claimed and not asked for are listed with those that wait', async () => {
      const { user, id, lease } = await bench.running(5);
      await bench.claim(lease, 3);
      const shown = async (state: 'running' | 'waiting', open: number[], after = -1) =>
        indexes(await bench.batches.rows(user, id, { state, open, after, limit: 9 }));
      expect(await shown('running', [1, 4])).toEqual([1]);
      expect(await shown('waiting', [1, 4])).toEqual([0, 2, 3, 4]);
      expect(await shown('waiting', [1, 4], 2)).toEqual([3, 4]);
      expect(await shown('running', [])).toEqual([]);
    });
  });
}
