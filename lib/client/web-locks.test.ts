import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { webLocks } from './web-locks.ts';

it('[C14] a name is free when nobody holds it any more', async () => {
  const locks = webLocks();
  const ran: string[] = [];
  const giveBack = locks.hold('tab');
  await setImmediate();
  expect(await locks.ifFree('tab', () => ran.push('too early'))).toBe(false);
  giveBack();
  await setImmediate();
  expect(await locks.ifFree('tab', () => ran.push('free'))).toBe(true);
  expect(ran).toEqual(['free']);
});

it('[C14] a hold given back before it was taken never takes it', async () => {
  const locks = webLocks();
  const giveBack = locks.hold('tab');
  locks.hold('tab')();
  await setImmediate();
  giveBack();
  await setImmediate();
  expect(await locks.ifFree('tab', () => undefined)).toBe(true);
});

it('[C23] turns come one after the other', async () => {
  const locks = webLocks();
  const order: string[] = [];
  const turn = (name: string) =>
    locks.inTurn('session', async () => {
      order.push(`${name} begins`);
      await setImmediate();
      order.push(`${name} ends`);
    });
  await Promise.all([turn('one'), turn('two')]);
  expect(order).toEqual(['one begins', 'one ends', 'two begins', 'two ends']);
});

it('[C14] without locks every tab is alone', async () => {
  const locks = webLocks(() => undefined);
  locks.hold('tab')();
  expect(await locks.ifFree('tab', () => undefined)).toBe(true);
  expect(await locks.inTurn('tab', async () => 7)).toBe(7);
});
