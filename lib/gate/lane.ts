import { Semaphore } from './semaphore.ts';

const NEWEST_SHARE = 0.2;

/** One (upstream, model) pair: its permits and how long its calls usually last. */
export class Lane {
  readonly name: string;
  readonly permits: Semaphore;
  #usualHoldMs: number | null = null;

  constructor(name: string, limit: number) {
    this.name = name;
    this.permits = new Semaphore(limit);
  }

  /** A moving average, ms; null before the first call has ended. */
  get usualHoldMs(): number | null {
    return this.#usualHoldMs;
  }

  ended(heldMs: number): void {
    const before = this.#usualHoldMs ?? heldMs;
    this.#usualHoldMs = before + NEWEST_SHARE * (heldMs - before);
  }
}
