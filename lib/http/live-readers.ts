import { Refusal } from '#lib/wire/error-code.ts';

/** Items that a person reads live at once: as many as tabs may be connected. Each is looked up every second while it waits. */
const MOST = 32;

/** Who reads how much live at the moment. */
export class LiveReaders {
  readonly #open = new Map<string, number>();

  /** @returns ends this reading, once. @throws Refusal `too_many_requests` */
  take(userId: string): () => void {
    const open = this.#open.get(userId) ?? 0;
    if (open >= MOST) {
      throw new Refusal(
        'too_many_requests',
        `At most ${MOST} items can be read live at once. Close some of them.`,
        {
          retryAfterMs: 3_000,
        },
      );
    }
    this.#open.set(userId, open + 1);
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      const left = (this.#open.get(userId) ?? 0) - 1;
      if (left > 0) this.#open.set(userId, left);
      else this.#open.delete(userId);
    };
  }
}
