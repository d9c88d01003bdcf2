import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Semaphore } from './semaphore.ts';

describe('Semaphore', () => {
  it('[A1] the peak of a hundred jobs is exactly the limit', async () => {
    const semaphore = new Semaphore(7);
    let open = 0;
    let peak = 0;
    const job = async () => {
      const release = await semaphore.acquire();
      open += 1;
      peak = Math.max(peak, open);
      await nextTurn();
      open -= 1;
      release();
    };
    await Promise.all(Array.from({ length: 100 }, job));
    expect({ peak, held: semaphore.held, waiting: semaphore.waiting }).toEqual({
      peak: 7,
      held: 0,
      waiting: 0,
    });
  });

  it('[A2] a permit given back twice is given back once', async () => {
    const semaphore = new Semaphore(2);
    const [first] = [await semaphore.acquire(), await semaphore.acquire()];
    first();
    first();
    expect(semaphore.held).toBe(1);
  });

  it('[A3] a waiter that stops leaves at once and rejects with the reason', async () => {
    const semaphore = new Semaphore(1);
    const release = await semaphore.acquire();
    const stop = new AbortController();
    const waiting = semaphore.acquire(stop.signal);
    stop.abort(new Error('enough'));
    expect(semaphore.waiting).toBe(0);
    await expect(waiting).rejects.toThrow('enough');
    release();
    expect(semaphore.held).toBe(0);
  });

  it('[A3] who has stopped before asking takes nothing', async () => {
    const semaphore = new Semaphore(1);
    await expect(semaphore.acquire(AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone');
    expect(semaphore.held).toBe(0);
  });

  it('[A3] an abort after the grant takes nothing back', async () => {
    const semaphore = new Semaphore(1);
    const stop = new AbortController();
    const release = await semaphore.acquire(stop.signal);
    stop.abort();
    expect(semaphore.held).toBe(1);
    release();
    expect(semaphore.held).toBe(0);
  });

  it('[A4] a raised limit wakes waiters at once, first come first served', async () => {
    const semaphore = new Semaphore(0);
    const order: number[] = [];
    const all = [1, 2, 3].map(async (n) => {
      await semaphore.acquire();
      order.push(n);
    });
    semaphore.setLimit(2);
    expect({ held: semaphore.held, waiting: semaphore.waiting }).toEqual({ held: 2, waiting: 1 });
    semaphore.setLimit(3);
    await Promise.all(all);
    expect(order).toEqual([1, 2, 3]);
  });

  it('[A6] a lowered limit takes nothing away and lets nobody in before it is undercut', async () => {
    const semaphore = new Semaphore(3);
    const releases = [await semaphore.acquire(), await semaphore.acquire(), await semaphore.acquire()];
    semaphore.setLimit(1);
    expect(semaphore.held).toBe(3);
    releases[0]?.();
    releases[1]?.();
    expect(semaphore.tryAcquire()).toBeNull();
    releases[2]?.();
    expect(semaphore.tryAcquire()).not.toBeNull();
  });

  it.each([-1, 1.5, Number.NaN])('[A1] %s is no limit', (limit) => {
    expect(() => new Semaphore(limit)).toThrow(RangeError);
  });
});
