import { createStore, type StoreApi } from 'zustand/vanilla';
import type { SearchAnswer } from '#lib/wire/search.ts';
import { type SearchPort, SearchRefused } from './search-port.ts';

export interface SearchView {
  /** What is looked for. */
  text: string;
  /** An answer to `text` is on its way; until then the one before stays. */
  isBusy: boolean;
  answer: SearchAnswer | null;
  /** The text that `answer` is to. */
  answered: string;
  /** Why there is no answer, for people. */
  problem: string | null;
}

/** Milliseconds without a key before what is typed is looked for. */
const PAUSE_MS = 180;
/** Between two looks while the index grows; twice as long after each one that found it as it was. */
const GROWING_MS = 3_000;
const LONGEST_GROWING_MS = 60_000;

export const noSearch: SearchView = { text: '', isBusy: false, answer: null, answered: '', problem: null };

/** Results as one types: one question at a time, and what is overtaken is cancelled. */
export class SearchBoard {
  readonly store: StoreApi<SearchView> = createStore(() => noSearch);
  readonly #port: Pick<SearchPort, 'find'>;
  #open: AbortController | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #growingMs = GROWING_MS;

  constructor(port: Pick<SearchPort, 'find'>) {
    this.#port = port;
  }

  /** @param now without waiting for another key */
  ask(text: string, now = false): void {
    const { text: before, problem } = this.store.getState();
    if (!now && text === before && problem === null) return;
    this.#cancel();
    this.#growingMs = GROWING_MS;
    this.store.setState({ text, isBusy: true });
    this.#timer = setTimeout(() => void this.#find(text), now ? 0 : PAUSE_MS);
  }

  again(): void {
    this.ask(this.store.getState().text, true);
  }

  /** Nobody looks any more. */
  close(): void {
    this.#cancel();
    this.store.setState({ isBusy: false });
  }

  #cancel(): void {
    clearTimeout(this.#timer);
    this.#open?.abort();
    this.#open = null;
  }

  /** Each look asks for a vector: where the index stands still, hardly ever. */
  #lookAgain(text: string, isStill: boolean): void {
    this.#growingMs = isStill ? Math.min(LONGEST_GROWING_MS, 2 * this.#growingMs) : GROWING_MS;
    this.#timer = setTimeout(() => void this.#find(text), this.#growingMs);
  }

  async #find(text: string): Promise<void> {
    const open = new AbortController();
    this.#open = open;
    try {
      const answer = await this.#port.find(text, open.signal);
      if (this.#open !== open) return;
      const { answer: before } = this.store.getState();
      this.store.setState({ answer, answered: text, isBusy: false, problem: null });
      if (isGrowing(answer)) this.#lookAgain(text, before?.index.done === answer.index.done);
    } catch (error) {
      if (this.#open !== open) return;
      if (!(error instanceof SearchRefused)) throw error;
      this.store.setState({ isBusy: false, problem: error.message });
    }
  }
}

function isGrowing({ meaning, index }: SearchAnswer): boolean {
  return meaning !== 'off' && meaning !== 'unsupported' && index.done < index.total;
}
