import { Semaphore } from '#lib/gate/semaphore.ts';
import type { RetriedCallPorts } from '#lib/generation/retried-call.ts';
import { retriedEmbedding } from '#lib/generation/retried-embedding.ts';
import type { ChatStore } from '#lib/store/chat-store.ts';
import type { FoundMessage, MessagePlace, MessageSearch, NearPiece } from '#lib/store/message-search.ts';
import type { Log } from '#lib/telemetry/log.ts';
import { Refusal } from '#lib/wire/error-code.ts';
import {
  type ChatPart,
  type MeaningState,
  type SearchAnswer,
  type SearchHit,
  searchLimits,
} from '#lib/wire/search.ts';
import { searchModel } from './embedding-model.ts';
import { type FusedHit, fused, nearEnough } from './search-fusion.ts';
import { type AskedWords, askedWords, snippetOf } from './search-snippet.ts';

export interface SearchPorts extends RetriedCallPorts {
  search: MessageSearch;
  store: Pick<ChatStore, 'page'>;
  log: Log;
  newId: () => string;
  /** The configured embedding model; null for whichever there is. */
  embeddingModel: string | null;
}

/** Milliseconds that a person waits for the vector of a question; then its words alone are looked for. */
export const MEANING_WITHIN_MS = 2_000;
/** Found by words and by meaning, each. */
const CANDIDATES = 50;
/** Searches that the database works on at once, of everybody. */
const AT_ONCE = 3;
/** Messages shown below the one that is jumped to, of a page. */
const BELOW = 20;

/** One box over all messages of a person: words and meaning, merged. */
export class Search {
  readonly #ports: SearchPorts;
  readonly #turns = new Semaphore(AT_ONCE);

  constructor(ports: SearchPorts) {
    this.#ports = ports;
  }

  /**
   * What this person's own messages say about `text`, best first, at most twenty.
   * @throws Refusal `storage_unavailable`, or the signal's reason
   */
  readonly find = async (
    userId: string,
    text: string,
    signal: AbortSignal,
  ): Promise<readonly SearchHit[]> => {
    const cut = text.slice(0, searchLimits.textLength);
    return (await this.#hits({ userId, text: cut, signal }, searchLimits.usualHits)).hits;
  };

  /** The same with how far the index is, for a page. */
  async answer(asked: Asked, limit: number): Promise<SearchAnswer> {
    const hasMeaning = this.#off() === 'on';
    const [found, { total, waiting }] = await Promise.all([
      this.#hits(asked, limit),
      this.#ports.search.progress(asked.userId),
    ]);
    return { ...found, index: { total, done: hasMeaning ? total - waiting : 0 } };
  }

  /**
   * The page of a chat in which a message is, without all that lies between it and the end.
   * @throws Refusal `not_found` when the person has no such message there
   */
  async part(userId: string, place: MessagePlace): Promise<ChatPart> {
    const found = await this.#ports.search.place(userId, place, BELOW);
    if (found === null) throw new Refusal('not_found', 'This message is no longer there.');
    if (found.below === null) return { selected: false, messages: [], hasOlder: false, hasNewer: false };
    return this.#page(userId, place.chatId, found.before);
  }

  /** The page above or below a message that is shown. @throws Refusal `not_found` */
  async further(userId: string, place: MessagePlace, side: 'older' | 'newer'): Promise<ChatPart> {
    if (side === 'older') return this.#page(userId, place.chatId, place.messageId);
    const found = await this.#ports.search.place(userId, place, BELOW * 2);
    if (found?.below == null) throw new Refusal('not_found', 'This message is no longer there.');
    return this.#page(userId, place.chatId, found.before);
  }

  async #page(userId: string, chatId: string, before: string | null): Promise<ChatPart> {
    const page = await this.#ports.store.page(userId, chatId, before ?? undefined);
    if (page === null) throw new Refusal('not_found', 'This message is no longer there.');
    const { messages, hasOlder } = page;
    return { selected: true, messages, hasOlder, hasNewer: before !== null };
  }

  async #hits(asked: Asked, limit: number): Promise<Pick<SearchAnswer, 'hits' | 'meaning'>> {
    const { userId, text, signal } = asked;
    if (text.trim() === '') return { hits: [], meaning: this.#off() };
    const [words, { near, meaning }] = await Promise.all([
      this.#inTurn(signal, () => this.#ports.search.byWords(userId, text, CANDIDATES)),
      this.#near(asked),
    ]);
    const best = fused(words, nearEnough(near)).slice(0, limit);
    const rows = await this.#ports.search.read(
      userId,
      best.map(({ messageId }) => messageId),
    );
    const byId = new Map(rows.map((row) => [row.messageId, row]));
    const seen = askedWords(text);
    const hits = best.flatMap((hit) => {
      const row = byId.get(hit.messageId);
      return row === undefined ? [] : [shown(row, hit, seen)];
    });
    return { hits, meaning };
  }

  /** Why no meaning is looked for, else `on`. */
  #off(): MeaningState {
    const { search, models, embeddingModel } = this.#ports;
    if (searchModel(models, embeddingModel) === null) return 'off';
    return search.hasVectors ? 'on' : 'unsupported';
  }

  async #near(asked: Asked): Promise<{ near: NearPiece[]; meaning: MeaningState }> {
    const { search, models, embeddingModel, log } = this.#ports;
    const model = searchModel(models, embeddingModel);
    if (model === null || !search.hasVectors) return { near: [], meaning: this.#off() };
    const late = AbortSignal.timeout(MEANING_WITHIN_MS);
    const vector = await this.#vector(asked, model.id, late).catch((error: unknown) => {
      asked.signal.throwIfAborted();
      if (!late.aborted) log.info({ err: error, model: model.id }, 'no vector for what is looked for');
      return null;
    });
    if (vector === null) return { near: [], meaning: late.aborted ? 'late' : 'failed' };
    const near = await this.#inTurn(asked.signal, () =>
      search.byMeaning(asked.userId, { model: model.id, vector }, CANDIDATES),
    );
    return { near, meaning: 'on' };
  }

  async #vector(
    { userId, text, signal }: Asked,
    lane: string,
    late: AbortSignal,
  ): Promise<Float32Array | null> {
    const call = {
      id: `search:${this.#ports.newId()}`,
      userId,
      lane,
      class: 'interactive' as const,
      signal: AbortSignal.any([signal, late]),
      deadlineMs: MEANING_WITHIN_MS,
      request: { inputs: [text.trim()] },
    };
    const { vectors } = await retriedEmbedding(call, this.#ports);
    const vector = vectors[0];
    return vector?.every(Number.isFinite) === true && vector.some((value) => value !== 0) ? vector : null;
  }

  async #inTurn<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const release = await this.#turns.acquire(signal);
    try {
      return await work();
    } finally {
      release();
    }
  }
}

export interface Asked {
  userId: string;
  text: string;
  signal: AbortSignal;
}

function shown({ text, ...row }: FoundMessage, { why, at }: FusedHit, asked: AskedWords): SearchHit {
  return { ...row, why, snippet: snippetOf(text, asked, at) };
}
