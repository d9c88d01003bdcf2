import { expect, it } from 'vitest';
import { Wheel } from './wheel.ts';

const item = (dueMs: number, fired: number[]) => ({ dueMs, fire: () => fired.push(dueMs) });

it('fires what is due, each once, and nothing early', () => {
  const wheel = new Wheel(4, 1_000);
  const fired: number[] = [];
  for (const due of [1_030, 1_004, 1_011]) wheel.add(item(due, fired));
  wheel.turn(1_003);
  expect(fired).toEqual([]);
  wheel.turn(1_012);
  expect(fired).toEqual([1_004, 1_011]);
  wheel.turn(2_000);
  wheel.turn(3_000);
  expect(fired).toEqual([1_004, 1_011, 1_030]);
});

it('what is due already is fired at the next turn', () => {
  const wheel = new Wheel(4, 1_000);
  const fired: number[] = [];
  wheel.add(item(5, fired));
  wheel.turn(1_004);
  expect(fired).toEqual([5]);
});

it('what is further off than one turn of the wheel waits all the same', () => {
  const wheel = new Wheel(1, 0);
  const fired: number[] = [];
  wheel.add(item(20_000, fired));
  wheel.turn(19_999);
  expect(fired).toEqual([]);
  wheel.turn(20_000);
  expect(fired).toEqual([20_000]);
});

it('an item may add itself again while it fires', () => {
  const wheel = new Wheel(4, 0);
  const fired: number[] = [];
  const again = {
    dueMs: 4,
    fire() {
      fired.push(this.dueMs);
      this.dueMs += 100;
      wheel.add(this);
    },
  };
  wheel.add(again);
  wheel.turn(350);
  expect(fired).toEqual([4, 104, 204, 304]);
});
