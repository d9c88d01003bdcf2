import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { memoryBatchStore } from '#lib/store/memory-batch-store.ts';
import { anna, answerAll, inState, lines, start, works } from './batch-fixture.ts';
import { memoryJobQueue } from './memory-job-queue.ts';

describe('the worker', () => {
  it('[J24] begins nothing when the drain comes while it takes a batch', async () => {
    const store = memoryBatchStore();
    const entered = Promise.withResolvers<void>();
    const free = Promise.withResolvers<void>();
    const slow = {
      ...store,
      take: async (...given: Parameters<typeof store.take>) => {
        const taken = await store.take(...given);
        const isRunning = taken?.batch.state === 'running';
        if (isRunning) {
          entered.resolve();
          await free.promise;
        }
        return taken;
      },
    };
    const house = works({ store: slow });
    await house.worker.start();
    const id = await start(house, lines(2));
    await entered.promise;
    const drained = house.worker.drain(0);
    free.resolve();
    await drained;
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(house.script.calls).toHaveLength(0);
    expect((await house.batches.one(anna, id)).counts).toMatchObject({ waiting: 2, running: 0 });
    expect(await store.abandoned('heir', { afterMs: 60_000, alone: false })).toMatchObject([{ id }]);
  });

  it('[J50] asks for items whose claim was stored and whose answer was lost', async () => {
    const store = memoryBatchStore();
    let isLost = false;
    const lossy = {
      ...store,
      claim: async (...given: Parameters<typeof store.claim>) => {
        const items = await store.claim(...given);
        if (isLost || items.length === 0) return items;
        isLost = true;
        throw new Error('the connection broke');
      },
    };
    const sleep = () => new Promise((resolve) => setImmediate(resolve));
    const house = works({ store: lossy, limit: 2, sleep });
    await house.worker.start();
    const id = await start(house, lines(5));
    await answerAll(house, id);
    expect(house.script.calls).toHaveLength(5);
    expect((await house.batches.one(anna, id)).counts).toMatchObject({ done: 5, running: 0 });
    await house.worker.drain(0);
  });

  it('[J52] goes on beating while the queue does not answer', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const store = memoryBatchStore();
    const queue = memoryJobQueue();
    const free = Promise.withResolvers<void>();
    let beats = 0;
    let looks = 0;
    const counted = {
      ...store,
      beat: (...given: Parameters<typeof store.beat>) => {
        beats += 1;
        return store.beat(...given);
      },
    };
    const house = works({ store: counted, queue });
    await house.worker.start();
    await start(house, lines(2));
    await house.script.nextCall();
    counted.abandoned = async () => [{ id: 'another', userId: anna, state: 'running' }];
    queue.send = async () => {
      looks += 1;
      await free.promise;
    };
    beats = 0;
    await vi.advanceTimersByTimeAsync(14_000);
    expect(looks).toBe(1);
    expect(beats).toBe(21);
    free.resolve();
    vi.useRealTimers();
    await house.worker.drain(0);
  });

  it('[J55] begins and cancels while the queue is away, and the next look finds it', async () => {
    const queue = memoryJobQueue();
    const { send } = queue;
    const house = works({ queue });
    await house.worker.start();
    queue.send = () => Promise.reject(new Error('the queue is away'));
    const id = await start(house, lines(2));
    expect((await house.batches.one(anna, id)).state).toBe('validating');
    expect((await house.batches.cancel(anna, id)).state).toBe('cancelling');
    expect(house.log.lines.map(({ level }) => level)).toEqual(['warn', 'warn']);
    queue.send = send;
    await house.worker.look();
    await inState(house, id, 'cancelled');
    await house.worker.drain(0);
  });
});
