import type { Locks } from './locks.ts';

/** The locks of one make-believe browser; every tab gets a view of its own. */
export class FakeLocks {
  readonly #held = new Set<string>();
  readonly #turns = new Map<string, Promise<unknown>>();

  tab(): Locks {
    return {
      hold: (name) => {
        this.#held.add(name);
        return () => {
          this.#held.delete(name);
        };
      },
      ifFree: async (name, task) => {
        if (this.#held.has(name)) return false;
        task();
        return true;
      },
      inTurn: (name, task) => {
        const turn = (this.#turns.get(name) ?? Promise.resolve()).then(task);
        this.#turns.set(
          name,
          turn.catch(() => 'the next one gets its turn all the same'),
        );
        return turn;
      },
    };
  }
}
