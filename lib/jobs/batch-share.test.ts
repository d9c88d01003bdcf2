import { expect, it } from 'vitest';
import { seeded } from '#lib/seeded-fixture.ts';
import { givesWay, mayBegin, PersonTurns } from './batch-share.ts';

let made = 0;
const of = (userId: string, count = 1) =>
  Array.from({ length: count }, () => ({ userId, id: `${userId} ${made++}` }));
const owners = (batches: readonly { userId: string }[]) => batches.map(({ userId }) => userId).join('');

it('[A28] whoever has the fewest batches at work is next, then who came first', () => {
  expect(owners(mayBegin([...of('a', 4), ...of('b', 2)], [], 5))).toBe('ababa');
  expect(owners(mayBegin([...of('a', 2), ...of('b', 2)], of('b', 1), 4))).toBe('aab');
  expect(mayBegin([], [], 3)).toEqual([]);
});

it('[A28] with all places taken, the newest of whoever has two more makes way, and of nobody else', () => {
  const all = of('a', 3);
  expect(owners(mayBegin([...of('a', 2), ...of('b', 2)], all, 3))).toBe('b');
  expect(givesWay(all, 3)).toBe(all[2]);
  expect(givesWay(all, 4)).toBeNull();
  expect(mayBegin(of('c', 1), [...of('a', 1), ...of('b', 1)], 2)).toEqual([]);
});

it.each([1, 2, 3, 4, 5])('[A28] nobody who waits has two fewer than another at work, seed %i', (seed) => {
  const random = seeded(seed);
  const most = 6;
  let waiting: { userId: string; id: string }[] = [];
  let atWork: { userId: string; id: string }[] = [];
  for (let step = 0; step < 2_000; step += 1) {
    const person = 'abcd'[Math.floor(random() ** 2 * 4)] ?? 'a';
    if (random() < 0.5) waiting.push(...of(person));
    else atWork.splice(Math.floor(random() * atWork.length), 1);
    for (let [next] = mayBegin(waiting, atWork, most); next; [next] = mayBegin(waiting, atWork, most)) {
      const leaves = givesWay(atWork, most);
      atWork = [...atWork.filter((each) => each !== leaves), next];
      waiting = [...waiting.filter((each) => each !== next), ...(leaves === null ? [] : [leaves])];
    }
    const count = (who: string) => atWork.filter(({ userId }) => userId === who).length;
    const greatest = Math.max(0, ...atWork.map(({ userId }) => count(userId)));
    expect(atWork.length, `seed ${seed}, step ${step}`).toBeLessThanOrEqual(most);
    if (waiting.length > 0) expect(atWork).toHaveLength(most);
    for (const { userId } of waiting)
      expect(greatest - count(userId), `seed ${seed}, step ${step}`).toBeLessThan(2);
    waiting = waiting.slice(-30);
  }
});

it('[A28] of files to read, whose turn was longest ago is next', () => {
  const turns = new PersonTurns();
  const waiting = [...of('a', 3), ...of('b', 1)];
  const order = [];
  for (let next = turns.next(waiting); next; next = turns.next(waiting)) {
    order.push(next);
    waiting.splice(waiting.indexOf(next), 1);
  }
  expect(owners(order)).toBe('abaa');
});
