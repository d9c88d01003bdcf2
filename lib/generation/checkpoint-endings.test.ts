import { expect, it } from 'vitest';
import { Checkpoints } from './checkpoints.ts';
import { rehearse, sending, settle } from './rehearsal-fixture.ts';

const USER = 'user-1';

async function underWay() {
  const rehearsal = rehearse();
  const { store, generations, log } = rehearsal;
  const order: string[] = [];
  const held = Promise.withResolvers<void>();
  const { checkpoint, end } = store;
  store.checkpoint = async (...asked) => {
    order.push('checkpoint');
    await held.promise;
    await checkpoint(...asked);
    order.push('kept');
  };
  store.end = (...asked) => {
    order.push('end');
    return end(...asked);
  };
  const live = () => generations.all();
  const checkpoints = new Checkpoints({ store, live, owner: 'process-1', log, clock: Date.now });
  await rehearsal.replies.begin(USER, sending('question'));
  const call = await rehearsal.models.nextCall();
  call.say('answer');
  const keeping = checkpoints.keep();
  call.finish();
  await settle();
  return { order, held, keeping };
}

it('[S10] [G15] an ending waits for the checkpoint under way, whose pieces it would leave behind', async () => {
  const { order, held, keeping } = await underWay();
  expect(order).toEqual(['checkpoint']);
  held.resolve();
  await keeping;
  await settle();
  expect(order).toEqual(['checkpoint', 'kept', 'end']);
});

it('[G16] one that fails holds no ending up', async () => {
  const { order, held, keeping } = await underWay();
  held.reject(new Error('the connection broke'));
  await expect(keeping).rejects.toThrow('broke');
  await settle();
  expect(order).toEqual(['checkpoint', 'end']);
});
