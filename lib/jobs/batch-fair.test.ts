import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { anna, bytes, inState, lines, stage, until, type Works, works } from './batch-fixture.ts';

/** So many one-line batches of a person. */
async function startMany({ batches }: Works, userId: string, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let at = 0; at < count; at += 1) {
    const { fileId } = await batches.upload(userId, { name: 'f', format: 'lines', content: bytes(lines(3)) });
    const stages = [stage({ template: `${userId} ${at} {{item}}`, limit: 1 })];
    ids.push((await batches.start(userId, { id: randomUUID(), name: 'b', fileId, stages })).id);
  }
  return ids;
}

it('[A28] a person with forty batches does not keep the first one of another waiting', async () => {
  const house = works({ limit: 100 });
  await house.worker.start();
  await startMany(house, 'anna', 40);
  await until(() => house.script.open === 32);
  const [first = ''] = await startMany(house, 'bert', 1);
  const berts = () => house.script.calls.filter(({ request }) => asks(request).startsWith('bert'));
  await until(() => berts().length === 1);
  for (let at = 0; at < 3; at += 1) {
    await until(() => berts().length > at);
    berts()[at]?.say('ok');
    berts()[at]?.finish();
  }
  await until(async () => (await house.batches.one('bert', first)).state === 'completed');
  // All forty end, the one that made way too, and nothing is asked twice.
  let at = 0;
  await until(async () => {
    for (; at < house.script.calls.length; at += 1) {
      house.script.calls[at]?.say('ok');
      house.script.calls[at]?.finish();
    }
    const { batches } = await house.batches.list('anna', { limit: 50 });
    return batches.every(({ state }) => state === 'completed');
  }, 50_000);
  expect(new Set(house.script.calls.map(({ request }) => asks(request))).size).toBe(41 * 3);
  expect(house.script.calls).toHaveLength(41 * 3);
  await house.worker.drain(0);
});

it('[A28] without anybody else a person has all places, and batches of others share them evenly', async () => {
  const house = works({ limit: 100 });
  await house.worker.start();
  await startMany(house, 'anna', 33);
  await until(() => house.script.open === 32);
  await startMany(house, 'bert', 20);
  // Those that make way end the calls that they have made first.
  const open = (who: string) =>
    house.script.calls.filter(({ request, aborted }) => asks(request).startsWith(who) && !aborted).length;
  await until(() => open('bert') === 16, 20_000);
  await house.worker.drain(0);
});

it('[J24] one that makes way gives back what it has not begun, without a strike', async () => {
  const house = works({ limit: 100 });
  await house.worker.start();
  const ids = await startMany(house, 'anna', 32);
  await until(() => house.script.open === 32);
  await startMany(house, 'bert', 1);
  await until(() => house.script.open === 33);
  const leaving = ids.filter((id) => house.worker.running(id)?.run.stopped === 'draining');
  expect(leaving).toHaveLength(1);
  const [last = ''] = leaving;
  const call = house.script.calls.find(({ request }) => asks(request) === `anna ${ids.indexOf(last)} text 0`);
  call?.say('ok');
  call?.finish();
  await until(async () => (await house.batches.one('anna', last)).counts.done === 1);
  const items = await house.store.items('anna', last, { after: -1, limit: 3 });
  expect(items.map(({ state, strikes }) => [state, strikes])).toEqual([
    ['done', 0],
    ['waiting', 0],
    ['waiting', 0],
  ]);
  await house.batches.cancel('anna', last);
  await inState(house, last, 'cancelled');
  await house.worker.drain(0);
});

function asks(request: { messages: readonly { content: unknown }[] }): string {
  return String(request.messages.at(-1)?.content);
}

it('[J94] beyond a hundred that are not over another one is refused, and the same once more is not', async () => {
  // Without a worker none of them ends.
  const house = works();
  const { batches, store } = house;
  const ids = await startMany(house, anna, 100);
  const { fileId } = await batches.upload(anna, { name: 'f', format: 'lines', content: bytes('a') });
  const wanted = { name: 'b', fileId, stages: [stage()] };
  await expect(batches.start(anna, { ...wanted, id: randomUUID() })).rejects.toMatchObject({
    code: 'too_many_requests',
    message: expect.stringContaining('Wait for one to end, or cancel one'),
  });
  expect(await store.batches(anna, { limit: 200 })).toHaveLength(100);
  expect((await batches.start(anna, { ...wanted, id: ids[7] ?? '' })).id).toBe(ids[7]);
  await startMany(house, 'bert', 1);
  await batches.remove(anna, ids[3] ?? '');
  await batches.start(anna, { ...wanted, id: randomUUID() });
});
