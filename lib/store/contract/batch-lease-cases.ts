import { describe, expect, it } from 'vitest';
import { type BatchBench, change, dead, indexes, living, newItem } from './batch-bench.ts';

export function describeBatchLeases(bench: BatchBench): void {
  describe('the lease of a batch', () => {
    it('[S31] is one process’s until that is dead, and then a new epoch’s', async () => {
      const user = await bench.newUser();
      const { id } = await bench.create(user);
      const lease = await bench.take(id);
      expect(await bench.batches.take(id, 'p2', living)).toBeNull();
      expect(await bench.batches.take(id, 'p1', dead)).toBeNull();
      expect(await bench.batches.beat('p1')).toContainEqual({ id, epoch: lease.epoch, state: 'validating' });
      const abandoned = async (who: typeof living) =>
        (await bench.batches.abandoned('p2', who)).filter((each) => each.id === id);
      expect(await abandoned(living)).toEqual([]);
      expect(await abandoned(dead)).toEqual([{ id, userId: user, state: 'validating' }]);
      expect(await abandoned({ afterMs: 60_000, alone: true })).toHaveLength(1);
      const next = await bench.take(id, 'p2', dead);
      expect(next.epoch).toBe(lease.epoch + 1);
      await bench.batches.release(next);
      expect(await abandoned(living)).toHaveLength(1);
      expect((await bench.take(id, 'p3')).epoch).toBeGreaterThan(next.epoch);
    });

    it('[A28] that nobody holds is named in turn: the oldest of everybody, then the next of everybody', async () => {
      const [rich, poor] = [await bench.newUser(), await bench.newUser()];
      const made: (string | undefined)[] = [];
      for (const user of [rich, rich, rich, poor]) made.push((await bench.create(user)).id);
      const named = (await bench.batches.abandoned('p9', living)).map(({ id }) => id);
      const [one, two, three, other] = made;
      expect(named.filter((id) => made.includes(id))).toEqual([one, other, two, three]);
    });

    it('[J80] counts the owners that died, and none that let go', async () => {
      const user = await bench.newUser();
      const { id } = await bench.create(user);
      for (let round = 0; round < 3; round += 1) await bench.batches.release(await bench.take(id));
      await bench.take(id, 'p1');
      const deaths = async (owner: string) => (await bench.batches.take(id, owner, dead))?.deaths;
      expect([await deaths('p2'), await deaths('p3')]).toEqual([1, 2]);
    });

    it('[F91] [S32] that is lost writes nothing, whatever it tries', async () => {
      const { user, id, lease } = await bench.running(3);
      const claimed = await bench.claim(lease, 2);
      await bench.take(id, 'p2', dead);
      const before = await bench.stored(user, id);
      const { batches, time } = bench;
      expect(
        await batches.record(
          lease,
          claimed.map((item) => change(item, 'done')),
        ),
      ).toBeNull();
      expect(await bench.claim(lease, 5)).toEqual([]);
      expect(await batches.addItems(lease, [newItem(9)])).toBe(false);
      expect(await batches.open(lease, time)).toBeNull();
      expect(await batches.fail(lease, time, 'x', [])).toBeNull();
      expect(await batches.settle(lease, time)).toBeNull();
      expect(await batches.conclude(lease, time, { outputFileId: null, errorFileId: null })).toBeNull();
      await batches.release(lease);
      expect(await bench.stored(user, id)).toEqual(before);
      const items = await batches.items(user, id, { after: -1, limit: 9 });
      expect(items.map(({ state, strikes }) => [state, strikes])).toEqual([
        ['waiting', 1],
        ['waiting', 1],
        ['waiting', 0],
      ]);
    });

    it('[F92] [S33] items claimed at three deaths are set aside, and suspects are claimed apart before', async () => {
      const { user, id, lease } = await bench.running(2);
      let now = lease;
      for (const owner of ['p2', 'p3']) {
        expect(await bench.claim(now, 1)).toHaveLength(1);
        now = await bench.take(id, owner, dead);
      }
      expect(indexes(await bench.claim(now, 5))).toEqual([1]);
      expect(indexes(await bench.claim(now, 5, { suspects: true }))).toEqual([0]);
      now = await bench.take(id, 'p4', dead);
      const [poison, other] = await bench.batches.items(user, id, { after: -1, limit: 9 });
      expect(poison).toMatchObject({ state: 'failed', code: 'set_aside', strikes: 3 });
      expect(other).toMatchObject({ state: 'waiting', strikes: 1 });
      expect(await bench.stored(user, id)).toMatchObject({ stageFailed: [1], total: 2 });
      await bench.batches.retry(user, id);
      expect(indexes(await bench.claim(now, 5))).toEqual([0, 1]);
      await bench.batches.release(now);
      const released = await bench.batches.items(user, id, { after: -1, limit: 9 });
      expect(released.map(({ strikes }) => strikes)).toEqual([0, 1]);
    });
  });
}
