import type { KeyValue } from './key-value.ts';

const PREFIX = 'weir.draft.';

/** What is typed and not sent, per chat. Every keystroke is kept: a crash loses nothing. */
export class Drafts {
  readonly #storage: KeyValue;
  /** What this tab shows. Another tab that types into the same chat does not change it under one's hands. */
  readonly #texts = new Map<string, string>();
  readonly #listeners = new Map<string, Set<() => void>>();

  constructor(storage: KeyValue) {
    this.#storage = storage;
  }

  read(chatId: string): string {
    const known = this.#texts.get(chatId);
    if (known !== undefined) return known;
    const text = this.#storage.read(PREFIX + chatId) ?? '';
    this.#texts.set(chatId, text);
    return text;
  }

  write(chatId: string, text: string): void {
    if (this.read(chatId) === text) return;
    this.#texts.set(chatId, text);
    if (text === '') this.#storage.remove(PREFIX + chatId);
    else this.#storage.write(PREFIX + chatId, text);
    for (const listener of this.#listeners.get(chatId) ?? []) listener();
  }

  /** What is stored under names that begin so. */
  names(beginning: string): string[] {
    return this.#storage.keys(PREFIX + beginning).map((key) => key.slice(PREFIX.length));
  }

  subscribe(chatId: string, listener: () => void): () => void {
    const listeners = this.#listeners.get(chatId) ?? new Set();
    this.#listeners.set(chatId, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#listeners.delete(chatId);
    };
  }
}
