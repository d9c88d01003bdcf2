import type { ChatStore } from '../chat-store.ts';
import type { EmbeddedPiece, MessageSearch, WaitingMessage } from '../message-search.ts';
import { Bench, type SendRequest, type Subject, send } from './bench.ts';

export interface SearchSubject extends Subject {
  store: ChatStore;
  search: MessageSearch;
}

/** @param now clock of the store */
export type OpenSearch = (now: () => number) => Promise<SearchSubject>;

/** A bench with something to find. */
export class SearchBench extends Bench {
  #search: MessageSearch | undefined;

  async openSearch(open: OpenSearch): Promise<void> {
    await this.open(async (now) => {
      const subject = await open(now);
      this.#search = subject.search;
      return subject;
    });
  }

  get search(): MessageSearch {
    if (this.#search === undefined) throw new Error('not open');
    return this.#search;
  }

  /** A message of a person and its answer. */
  async said(user: string, text: string, answer = 'ok', given: Partial<SendRequest> = {}) {
    const request = send({ text, ...given });
    const { generation } = await this.begin(user, request);
    this.pass(1_000);
    await this.end(generation, { text: answer });
    return { ...request, answerId: request.replyId };
  }

  async waitingOf(messageId: string): Promise<WaitingMessage | undefined> {
    return (await this.search.waiting(1_000, [])).find((one) => one.messageId === messageId);
  }

  /** Keeps these pieces for the newest text of a message. */
  async keepFor(messageId: string, pieces: readonly EmbeddedPiece[], model = 'm/one'): Promise<void> {
    const waiting = await this.waitingOf(messageId);
    if (waiting === undefined) throw new Error('nothing waits for it');
    await this.search.keep([{ messageId, version: waiting.version, model, pieces }]);
  }
}

export const vector = (...values: number[]) => Float32Array.from(values);
