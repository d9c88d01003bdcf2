import { describe, expect, it } from 'vitest';
import { memoryBatchStore } from '#lib/store/memory-batch-store.ts';
import { UpstreamFailure } from '#lib/upstream/model.ts';
import { anna, answerAll, inState, lines, start, until, type Works, works } from './batch-fixture.ts';

function atRest({ gate, script }: Works): void {
  expect(gate.snapshot()).toMatchObject({ held: 0, waiting: 0 });
  expect(script.open).toBe(0);
}

describe('a batch', () => {
  it('[J20] asks for every item once, at most as many at a time as the gate and its limit allow', async () => {
    const house = works({ limit: 5 });
    await house.worker.start();
    const id = await start(house, lines(40));
    await until(() => house.script.open === 5);
    expect(house.gate.snapshot().waiting).toBeLessThanOrEqual(2);
    await answerAll(house, id);
    expect(house.script.calls).toHaveLength(40);
    expect(house.script.peak).toBe(5);
    const batch = await house.batches.one(anna, id);
    expect(batch).toMatchObject({
      counts: { done: 40, failed: 0, waiting: 0, running: 0 },
      tokensIn: 80,
      tokensOut: 120,
    });
    const { items, next } = await house.batches.items(anna, id, { after: -1, limit: 2 });
    expect(items.map(({ output }) => output)).toEqual(['re: say text 0', 're: say text 1']);
    expect(next).toBe(1);
    atRest(house);
    await house.worker.drain(0);
  });

  it('[F95] [J21] goes on when an item fails, and retries those that failed', async () => {
    const house = works({ limit: 3 });
    await house.worker.start();
    const id = await start(house, lines(3));
    await until(() => house.script.open === 3);
    house.script.calls[1]?.fail(new UpstreamFailure('upstream_rejected'));
    for (const at of [0, 2]) {
      house.script.calls[at]?.say('ok');
      house.script.calls[at]?.finish();
    }
    await inState(house, id, 'completed');
    expect(await house.batches.item(anna, id, 1)).toMatchObject({
      state: 'failed',
      code: 'upstream_rejected',
    });
    await house.batches.retry(anna, id);
    await until(() => house.script.calls.length === 4);
    house.script.calls[3]?.say('ok');
    house.script.calls[3]?.finish();
    await inState(house, id, 'completed');
    expect(await house.batches.one(anna, id)).toMatchObject({ counts: { done: 3, failed: 0 } });
    await expect(house.batches.retry(anna, id)).rejects.toMatchObject({ code: 'conflict' });
    await house.worker.drain(0);
  });

  it('[J22] begins an answer again that broke off, three times at most, and counts the calls', async () => {
    const house = works({ limit: 2 });
    await house.worker.start();
    const id = await start(house, lines(2));
    for (let at = 0; at < 4; at += 1) {
      const call = await house.script.nextCall();
      call.say('half');
      const isFirst = call.request.messages[0]?.content === 'say text 0';
      if (isFirst) call.fail(new UpstreamFailure('upstream_truncated'));
      else call.finish();
    }
    await inState(house, id, 'completed');
    expect(await house.batches.item(anna, id, 0)).toMatchObject({
      state: 'failed',
      code: 'upstream_truncated',
      attempts: 3,
    });
    expect(await house.batches.item(anna, id, 1)).toMatchObject({
      state: 'done',
      attempts: 1,
      output: 'half',
    });
    await house.worker.drain(0);
  });

  it('[F93] [J23] that is cancelled ends its calls at once and keeps what is done', async () => {
    const house = works({ limit: 3 });
    await house.worker.start();
    const id = await start(house, lines(9));
    await until(() => house.script.open === 3);
    house.script.calls[0]?.say('ok');
    house.script.calls[0]?.finish();
    await until(async () => (await house.batches.one(anna, id)).counts.done === 1);
    expect((await house.batches.cancel(anna, id)).state).toBe('cancelling');
    expect(house.script.open).toBe(0);
    await inState(house, id, 'cancelled');
    expect((await house.batches.one(anna, id)).counts).toEqual({
      waiting: 0,
      running: 0,
      done: 1,
      failed: 0,
      cancelled: 8,
    });
    expect((await house.batches.cancel(anna, id)).state).toBe('cancelled');
    atRest(house);
    await house.worker.drain(0);
  });

  it('[J24] that drains gives back what it could not finish, and the next process goes on', async () => {
    const house = works({ limit: 2 });
    await house.worker.start();
    const id = await start(house, lines(4));
    await until(() => house.script.open === 2);
    house.script.calls[0]?.say('ok');
    const drained = house.worker.drain(50);
    house.script.calls[0]?.finish();
    await drained;
    expect(house.script.calls).toHaveLength(2);
    expect((await house.batches.one(anna, id)).counts).toMatchObject({ done: 1, waiting: 3, running: 0 });
    const next = works({ store: house.store, files: house.files, limit: 2 });
    await next.worker.start();
    await answerAll(next, id);
    expect(next.script.calls).toHaveLength(3);
    const { items } = await next.batches.items(anna, id, { after: -1, limit: 9 });
    expect(items.every(({ state }) => state === 'done')).toBe(true);
    const [item] = await next.store.items(anna, id, { after: -1, limit: 1 });
    expect(item?.strikes).toBe(0);
    await next.worker.drain(0);
  });

  it('[F91] [J25] a process that lost its lease writes nothing and ends its calls', async () => {
    const house = works({ limit: 2 });
    await house.worker.start();
    const id = await start(house, lines(2));
    await until(() => house.script.open === 2);
    const taken = await house.store.take(id, 'somebody', { afterMs: -1, alone: true });
    expect(taken).not.toBeNull();
    house.script.calls[0]?.say('too late');
    house.script.calls[0]?.finish();
    await until(() => house.script.open === 0);
    expect((await house.batches.one(anna, id)).counts).toMatchObject({ done: 0, waiting: 2 });
    await house.worker.drain(0);
  });

  it('[F96] [J26] waits with its endings while the database is away, and makes no call twice', async () => {
    const store = memoryBatchStore();
    const sleep = () => new Promise((resolve) => setImmediate(resolve));
    const house = works({ limit: 2, store, sleep });
    await house.worker.start();
    const id = await start(house, lines(2));
    await until(() => house.script.open === 2);
    store.unavailable = true;
    for (const call of house.script.calls) {
      call.say('ok');
      call.finish();
    }
    for (let turn = 0; turn < 50; turn += 1) await sleep();
    store.unavailable = false;
    await inState(house, id, 'completed');
    expect(house.script.calls).toHaveLength(2);
    await house.worker.drain(0);
  });

  it('[F97] [J43] begins a step again that broke for a reason nobody foresaw', async () => {
    const store = memoryBatchStore();
    const broken = new Set(['take', 'open', 'claim', 'settle', 'release']);
    const once = <T extends unknown[], R>(name: string, work: (...given: T) => Promise<R>) => {
      return (...given: T): Promise<R> =>
        broken.delete(name) ? Promise.reject(new Error(`${name} broke`)) : work(...given);
    };
    const faulty = { ...store, take: once('take', store.take), open: once('open', store.open) };
    const { claim, settle, release } = store;
    Object.assign(faulty, {
      claim: once('claim', claim),
      settle: once('settle', settle),
      release: once('release', release),
    });
    const house = works({ limit: 2, store: faulty });
    await house.worker.start();
    const id = await start(house, lines(3));
    const looking = setInterval(() => void house.worker.look(), 1);
    await answerAll(house, id);
    await until(() => broken.size === 0);
    clearInterval(looking);
    expect(broken).toEqual(new Set());
    expect(house.script.calls).toHaveLength(3);
    await house.worker.drain(0);
  });

  it('[J27] removed while it runs, ends its calls and is told of', async () => {
    const house = works({ limit: 2 });
    await house.worker.start();
    const id = await start(house, lines(9));
    await until(() => house.script.open === 2);
    await house.batches.remove(anna, id);
    await until(() => house.script.open === 0);
    expect(house.gone).toEqual([id]);
    await expect(house.batches.one(anna, id)).rejects.toMatchObject({ code: 'not_found' });
    await house.worker.drain(0);
    expect(house.log.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });
});
