import { Refusal } from '#lib/wire/error-code.ts';

/** Bodies up to this are too small to count. */
const smallBytes = 64 * 1024;
const usualBytes = 256 * 1024 * 1024;

/** Room for the bodies of all requests together: calls wait in a queue with what they ask, and memory ends. */
export class BodyRoom {
  #left: number;

  constructor(bytes: number = usualBytes) {
    this.#left = bytes;
  }

  /** @returns gives the room back, once @throws Refusal `too_many_requests` */
  take(bytes: number): () => void {
    if (bytes <= smallBytes) return () => undefined;
    if (bytes > this.#left) {
      throw new Refusal('too_many_requests', 'Too many large requests are waiting; try again in a moment.', {
        retryAfterMs: 2_000,
      });
    }
    this.#left -= bytes;
    let isTaken = true;
    return () => {
      if (isTaken) this.#left += bytes;
      isTaken = false;
    };
  }
}
