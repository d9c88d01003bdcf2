import { Fifo } from './fifo.ts';

/** Gives one permit back. Calling it again does nothing. */
export type Release = () => void;

/** Throws when `limit` cannot bound anything: it is a whole number from 0 (closed), or Infinity (open). */
export function checkLimit(limit: number): number {
  if (limit === Number.POSITIVE_INFINITY || (Number.isInteger(limit) && limit >= 0)) return limit;
  throw new RangeError(`a limit is a whole number from 0, got ${limit}`);
}

/**
 * At most `limit` permits out at a time; waiters are served first come, first served. After the limit is lowered `held`
 * may exceed it until enough permits came back; nothing is taken away from a holder.
 */
export class Semaphore {
  readonly #waiters = new Fifo<(release: Release) => void>();
  #limit: number;
  #held = 0;

  constructor(limit: number) {
    this.#limit = checkLimit(limit);
  }

  get limit(): number {
    return this.#limit;
  }

  get held(): number {
    return this.#held;
  }

  get waiting(): number {
    return this.#waiters.size;
  }

  get free(): number {
    return Math.max(0, this.#limit - this.#held);
  }

  /** Raising the limit wakes waiters at once. */
  setLimit(limit: number): void {
    this.#limit = checkLimit(limit);
    this.#wake();
  }

  /** A permit now, or null. Never overtakes: somebody waits only while nothing is free. */
  tryAcquire(): Release | null {
    return this.free > 0 ? this.#take() : null;
  }

  /**
   * Resolves with a permit. Aborting while waiting leaves the queue in the same tick and rejects with `signal.reason`; an
   * abort after the grant changes nothing, so whoever got a permit gives it back.
   */
  acquire(signal?: AbortSignal): Promise<Release> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    const release = this.tryAcquire();
    if (release) return Promise.resolve(release);
    return new Promise((resolve, reject) => {
      const grant = (granted: Release) => {
        signal?.removeEventListener('abort', leave);
        resolve(granted);
      };
      const leave = () => {
        this.#waiters.remove(place);
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', leave, { once: true });
      const place = this.#waiters.push(grant);
    });
  }

  #take(): Release {
    this.#held += 1;
    let out = true;
    return () => {
      if (!out) return;
      out = false;
      this.#held -= 1;
      this.#wake();
    };
  }

  #wake(): void {
    while (this.free > 0 && this.#waiters.size > 0) this.#waiters.shift()?.(this.#take());
  }
}
