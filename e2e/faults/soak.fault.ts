import { expect, it } from 'vitest';
import { isLong } from './long.ts';
import { soak } from './soak/soak.ts';

const seed = Math.floor(Math.random() * 2 ** 31);

it(`[F88] after mixed faults memory, sockets and timers are where they were (seed ${seed})`, {
  timeout: 900_000,
}, async () => {
  const { did, wrongs } = await soak({ minutes: isLong ? 10 : 0.4, people: 8, seed }, () => undefined);
  process.stdout.write(`soak: ${JSON.stringify(Object.fromEntries(did))}\n`);
  expect(wrongs).toEqual([]);
  // Each kind of thing was done: a run in which nothing happens proves nothing.
  expect([...did.keys()]).toEqual(expect.arrayContaining(['read', 'stop', 'fault', 'remove', 'cut off']));
});
