import { seeded } from '#lib/seeded-fixture.ts';

/** Decisions that a seed makes. */
export class Dice {
  readonly #next: () => number;

  constructor(seed: number) {
    this.#next = seeded(seed);
  }

  /** From 0 up to, not including, `below`. */
  number(below: number): number {
    return this.#next() * below;
  }

  /** Both ends included. */
  whole(from: number, to: number): number {
    return from + Math.floor(this.number(to - from + 1));
  }

  pick<T>(items: readonly [T, ...T[]]): T {
    return items[Math.floor(this.number(items.length))] ?? items[0];
  }
}
