/**
 * Tells listeners what happened, in order, after it has happened: events said while others are being told wait their turn, so
 * that a listener may call back. A listener that throws neither stops the others nor the teller; its error surfaces
 * as an uncaught one.
 */
export class Herald<Event> {
  readonly #listeners = new Set<(event: Event) => void>();
  readonly #pending: Event[] = [];
  #telling = false;

  /** Returns the function that ends the listening. */
  on(listener: (event: Event) => void): () => void {
    const own = (event: Event) => listener(event);
    this.#listeners.add(own);
    return () => {
      this.#listeners.delete(own);
    };
  }

  /** To be told by the next `tell`. */
  note(event: Event): void {
    if (this.#listeners.size > 0) this.#pending.push(event);
  }

  tell(): void {
    if (this.#telling) return;
    this.#telling = true;
    for (let event = this.#pending.shift(); event !== undefined; event = this.#pending.shift()) {
      for (const listener of [...this.#listeners]) this.#tellOne(listener, event);
    }
    this.#telling = false;
  }

  #tellOne(listener: (event: Event) => void, event: Event): void {
    try {
      listener(event);
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  }
}
