import { describe, expect, it } from 'vitest';
import { UpstreamFailure } from '#lib/upstream/model.ts';
import { anna, answerAll, inState, lines, promptIn, stage, start, until, works } from './batch-fixture.ts';

describe('a batch halfway', () => {
  it('[J82] that is cancelled keeps what was streaming, and a retry begins that stage anew', async () => {
    const house = works({ limit: 2 });
    await house.worker.start();
    const stages = [
      stage({ name: 'first' }),
      stage({ name: 'second', template: '{{item}} {{stage.first}}' }),
    ];
    const id = await start(house, lines(2), stages);
    const first = await house.script.nextCall();
    first.say('whole');
    first.finish();
    const second = () => house.script.calls.find((call) => promptIn(call) === 'text 0 whole');
    await until(() => second() !== undefined);
    second()?.say('half an ans');
    await house.batches.cancel(anna, id);
    await inState(house, id, 'cancelled');
    expect((await house.batches.one(anna, id)).counts).toMatchObject({ done: 0, cancelled: 2 });
    const item = await house.batches.item(anna, id, 0);
    expect(item).toMatchObject({ state: 'cancelled', stage: 1, output: 'half an ans' });
    expect(item.stages.map(({ output, isPartial }) => [output, isPartial])).toEqual([
      ['whole', undefined],
      ['half an ans', true],
    ]);
    expect((await house.batches.item(anna, id, 1)).output).toBeNull();
    const asked = house.script.calls.length;
    await house.batches.retry(anna, id, 'cancelled');
    await until(() => house.script.calls.length > asked);
    // What was kept is void now: it would stand in the way of what comes.
    const anew = await house.batches.item(anna, id, 0);
    expect(anew.stages.map(({ output }) => output)).toEqual(['whole', null]);
    await answerAll(house, id);
    expect((await house.batches.one(anna, id)).counts).toMatchObject({ done: 2, cancelled: 0 });
    const again = await house.batches.item(anna, id, 0);
    expect(again.stages.map(({ output, isPartial }) => [output, isPartial])).toEqual([
      ['whole', undefined],
      ['re: text 0 whole', undefined],
    ]);
    expect(house.gate.snapshot()).toMatchObject({ held: 0, waiting: 0 });
    await house.worker.drain(0);
  });

  it('[J82] a drain keeps no half answer: the next process asks anew', async () => {
    const house = works({ limit: 1 });
    await house.worker.start();
    const id = await start(house, lines(1));
    (await house.script.nextCall()).say('half');
    await house.worker.drain(0);
    const [item] = await house.store.items(anna, id, { after: -1, limit: 1 });
    expect(item).toMatchObject({ state: 'waiting', outputs: [] });
  });

  it('[J83] says of rows and in counts alike what has a permit and what stands in line', async () => {
    const house = works({ limit: 2 });
    await house.worker.start();
    const id = await start(house, lines(9), [stage({ limit: 4 })]);
    await until(() => house.script.open === 2 && house.gate.snapshot().waiting === 2);
    const { counts, stages } = await house.batches.one(anna, id);
    expect([counts.running, counts.waiting]).toEqual([2, 7]);
    expect(stages[0]?.counts).toMatchObject({ running: 2, waiting: 7 });
    const shown = async (state?: 'running' | 'waiting') => {
      const page = { after: -1, limit: 9, ...(state ? { state } : {}) };
      return (await house.batches.items(anna, id, page)).items.map((row) => [row.index, row.state]);
    };
    expect((await shown()).map(([, state]) => state)).toEqual([
      'running',
      'running',
      ...Array(7).fill('waiting'),
    ]);
    expect((await shown('running')).map(([index]) => index)).toEqual([0, 1]);
    expect((await shown('waiting')).map(([index]) => index)).toEqual([2, 3, 4, 5, 6, 7, 8]);
    expect((await house.batches.item(anna, id, 2)).state).toBe('waiting');
    house.script.calls[0]?.fail(
      new UpstreamFailure('upstream_rate_limited', { retryable: true, retryAfterMs: 5_000 }),
    );
    await until(async () => (await house.batches.item(anna, id, 0)).state === 'waiting');
    expect((await house.batches.one(anna, id)).counts.running).toBe(1);
    await house.batches.cancel(anna, id);
    await inState(house, id, 'cancelled');
    await house.worker.drain(0);
  });

  it('[J88] says of what another process works on that it is elsewhere, and how far it is', async () => {
    const house = works({ limit: 2 });
    const other = works({ store: house.store, files: house.files, queue: house.queue });
    await house.worker.start();
    const id = await start(house, lines(3));
    await until(() => house.script.open === 2);
    house.script.calls[0]?.say('ok');
    house.script.calls[0]?.finish();
    await until(async () => (await other.batches.one(anna, id)).counts.done === 1);
    expect(await other.batches.one(anna, id)).toMatchObject({ isElsewhere: true, state: 'running' });
    expect(await house.batches.one(anna, id)).not.toHaveProperty('isElsewhere');
    await answerAll(house, id);
    expect(await other.batches.one(anna, id)).not.toHaveProperty('isElsewhere');
    await house.worker.drain(0);
  });

  it('[A29] keeps no more calls before the gate than are of use there, whatever limit its stage has', async () => {
    const house = works({ limit: 8 });
    await house.worker.start();
    const ids = [];
    for (let at = 0; at < 5; at += 1) ids.push(await start(house, lines(300), [stage({ limit: 200 })]));
    await until(() => house.gate.snapshot().waiting >= 5 * 2);
    for (let turn = 0; turn < 200; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    // Twice what the gate lets through, for each of the five; eight of them are open.
    expect(house.gate.snapshot()).toMatchObject({ held: 8, waiting: 5 * 16 - 8 });
    for (const id of ids) await house.batches.cancel(anna, id);
    for (const id of ids) await inState(house, id, 'cancelled');
    await house.worker.drain(0);
  });
});
