import type { EmbeddedMessage } from '#lib/store/message-search.ts';

/** Pieces of one statement: writing out their numbers holds up everything else for some milliseconds. */
const MOST_PIECES = 32;

interface Entry {
  message: EmbeddedMessage;
  resolve: () => void;
  reject: (error: unknown) => void;
}

/** Writes one statement at a time; what is ready meanwhile goes together with the next one. */
export class KeptTogether {
  readonly #keep: (messages: readonly EmbeddedMessage[]) => Promise<void>;
  #ready: Entry[] = [];
  #isWriting = false;

  constructor(keep: (messages: readonly EmbeddedMessage[]) => Promise<void>) {
    this.#keep = keep;
  }

  /** Settles once it is stored. */
  keep(message: EmbeddedMessage): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#ready.push({ message, resolve, reject });
    if (!this.#isWriting) void this.#write();
    return promise;
  }

  async #write(): Promise<void> {
    this.#isWriting = true;
    // All messages of a batch are ready in the same turn.
    await Promise.resolve();
    while (this.#ready.length > 0) {
      const some = this.#some();
      try {
        await this.#keep(some.map(({ message }) => message));
        for (const { resolve } of some) resolve();
      } catch (error) {
        for (const { reject } of some) reject(error);
      }
    }
    this.#isWriting = false;
  }

  #some(): Entry[] {
    let pieces = 0;
    let count = 0;
    for (const { message } of this.#ready) {
      pieces += message.pieces.length;
      if (count > 0 && pieces > MOST_PIECES) break;
      count += 1;
    }
    return this.#ready.splice(0, count);
  }
}
