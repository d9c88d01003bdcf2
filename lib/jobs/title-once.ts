import type { LiveGeneration } from '#lib/generation/live-generation.ts';

/** Chats that are remembered as named. One that is forgotten is asked about once more, and keeps its title. */
const REMEMBERED = 1_000;

type Named = Pick<LiveGeneration, 'chatId'>;

/** Of several first answers of a chat, as a comparison has them, one names it: the first that can. */
export class TitleOnce<Answer extends Named> {
  readonly #title: (answer: Answer) => Promise<boolean>;
  readonly #named = new Set<string>();

  /** @param title resolves to whether there is nothing left to do for this chat; never rejects */
  constructor(title: (answer: Answer) => Promise<boolean>) {
    this.#title = title;
  }

  async title(answer: Answer): Promise<void> {
    const { chatId } = answer;
    if (this.#named.has(chatId)) return;
    this.#named.add(chatId);
    const [oldest] = this.#named;
    if (this.#named.size > REMEMBERED && oldest !== undefined) this.#named.delete(oldest);
    if (!(await this.#title(answer))) this.#named.delete(chatId);
  }
}
