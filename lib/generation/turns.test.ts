import { setTimeout as timeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Turns } from './turns.ts';

const anna = { userId: 'anna', chatId: 'one' };

function scene() {
  const turns = new Turns();
  const told: string[] = [];
  const change = (name: string, ms: number) => async () => {
    await timeout(ms);
    told.push(name);
    return name;
  };
  return { turns, told, change };
}

it('[R3] a slow change is told before the quick one that came after it', async () => {
  const { turns, told, change } = scene();
  await Promise.all([turns.take(anna, change('slow', 20)), turns.take(anna, change('quick', 0))]);
  expect(told).toEqual(['slow', 'quick']);
});

it('chats do not wait for each other, nor people who name the same chat', async () => {
  const { turns, told, change } = scene();
  const slow = turns.take(anna, change('slow', 50));
  await turns.take({ ...anna, chatId: 'two' }, change('other chat', 0));
  await turns.take({ ...anna, userId: 'ben' }, change('other person', 0));
  await slow;
  expect(told).toEqual(['other chat', 'other person', 'slow']);
});

it('a change that fails is the failure of whoever asked, not of the next', async () => {
  const { turns, change } = scene();
  const failed = turns.take(anna, () => Promise.reject(new Error('away')));
  const next = turns.take(anna, change('next', 0));
  await expect(failed).rejects.toThrow('away');
  expect(await next).toBe('next');
});

it('settled waits for all turns asked for so far, failed ones too', async () => {
  const { turns, told, change } = scene();
  turns.take(anna, () => Promise.reject(new Error('away'))).catch(() => told.push('refused'));
  void turns.take(anna, change('last', 10));
  await turns.settled();
  expect(told).toEqual(['refused', 'last']);
});
