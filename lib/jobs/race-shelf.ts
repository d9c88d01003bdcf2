import type { Race } from '#lib/wire/flow.ts';

const KEPT_MS = 60 * 60_000;
const MOST = 200;

/** The last race of each person: for an hour, and of the last two hundred people. */
export class RaceShelf {
  readonly #now: () => number;
  /** Who ended first comes first. */
  readonly #kept = new Map<string, { race: Race; at: number }>();

  /** @param now milliseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  keep(userId: string, race: Race): void {
    this.#kept.delete(userId);
    this.#kept.set(userId, { race, at: this.#now() });
    this.#forget();
  }

  of(userId: string): Race | null {
    this.#forget();
    return this.#kept.get(userId)?.race ?? null;
  }

  #forget(): void {
    const since = this.#now() - KEPT_MS;
    for (const [userId, { at }] of this.#kept) {
      if (at > since && this.#kept.size <= MOST) return;
      this.#kept.delete(userId);
    }
  }
}
