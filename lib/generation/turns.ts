/** Whose chat it is: somebody who only knows its id stands in no line with its owner. */
export interface ChatKey {
  readonly userId: string;
  readonly chatId: string;
}

/**
 * Changes of one chat, one after the other: each is stored and told before the next is stored, so that they are told in the
 * order of their revisions. Different chats do not wait for each other.
 */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Must not be asked for from within a turn of the same chat, unless nobody waits for it there. */
  take<T>({ userId, chatId }: ChatKey, change: () => Promise<T>): Promise<T> {
    const key = `${userId}/${chatId}`;
    const before = this.#last.get(key) ?? Promise.resolve();
    const turn = before.then(change, change).finally(() => {
      if (this.#last.get(key) === turn) this.#last.delete(key);
    });
    this.#last.set(key, turn);
    return turn;
  }

  /** Resolves when every turn asked for up to now is over. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#last.values());
  }
}
