import type { Gate } from '#lib/gate/gate.ts';
import type { RetriedCallPorts } from '#lib/generation/retried-call.ts';
import { retriedEmbedding } from '#lib/generation/retried-embedding.ts';
import { textTokens } from '#lib/generation/token-estimate.ts';
import type { MessageSearch, WaitingMessage } from '#lib/store/message-search.ts';
import type { Log } from '#lib/telemetry/log.ts';
import { type Embedded, embedApart } from './embed-apart.ts';
import { searchModel } from './embedding-model.ts';
import { KeptTogether } from './kept-together.ts';
import { MicroBatcher } from './micro-batcher.ts';
import { piecesOf } from './search-pieces.ts';

export interface SearchIndexPorts extends RetriedCallPorts {
  gate: Gate;
  search: MessageSearch;
  log: Log;
  newId: () => string;
  /** The configured embedding model; null for whichever there is. */
  embeddingModel: string | null;
  /** Pieces of one call at most; left out, 64. */
  batchItems?: number;
}

/** Calls of the index are nobody's: who wrote most must not wait for the vectors of it. */
const NOBODY = 'weir:search';
const BATCH_ITEMS = 64;
const BATCH_TOKENS = 24_000;
const LINGER_MS = 20;
/** Batches at the gate at once: one is answered while the next one waits there. */
const CALLS = 2;
/** Messages read at once, and the pieces in hand beyond which no more are read. */
const PAGE = 64;
const IN_HAND = 4 * BATCH_ITEMS;
/** Milliseconds between two looks while nothing waits. */
const LOOK_MS = 1_500;
const FIRST_BACK_OFF_MS = 2_000;
const LONGEST_BACK_OFF_MS = 5 * 60_000;

/**
 * Makes the vectors of all messages in the background, the newest first. What lacks them stands in the rows, so that nothing is
 * forgotten by a process that dies; several processes may do the same, and the first one that is done counts.
 */
export class SearchIndex {
  readonly #ports: SearchIndexPorts;
  readonly #over = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #wake: () => void = () => undefined;
  #unlisten: () => void = () => undefined;
  /** Fewer items once the model server has refused larger batches. */
  readonly #most: { items: number; tokens: number };
  /** The model that all older vectors were compared with. */
  #renewed: string | null = null;

  constructor(ports: SearchIndexPorts) {
    this.#ports = ports;
    this.#most = { items: ports.batchItems ?? BATCH_ITEMS, tokens: BATCH_TOKENS };
  }

  start(): void {
    this.#unlisten = this.#ports.models.onChange(() => this.#wake());
    this.#running = this.#run();
  }

  /** Ends the open calls; what they were for is found again by the next process. */
  async drain(): Promise<void> {
    this.#unlisten();
    this.#over.abort(new Error('draining'));
    this.#wake();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { search, models, embeddingModel, log, random } = this.#ports;
    if (!search.hasVectors) return;
    for (let failures = 0; !this.#over.signal.aborted; ) {
      const model = searchModel(models, embeddingModel);
      try {
        if (model !== null) await this.#make(model);
        failures = 0;
        await this.#pause(model === null ? null : LOOK_MS);
      } catch (err) {
        if (this.#over.signal.aborted) return;
        failures += 1;
        const ms =
          Math.min(LONGEST_BACK_OFF_MS, FIRST_BACK_OFF_MS * 2 ** (failures - 1)) * (0.5 + random() / 2);
        log.warn({ err, model: model?.id, ms }, 'messages are not indexed, and tried again');
        await this.#pause(ms);
      }
    }
  }

  /** Until nothing waits. @throws whatever stands in the way of all of it */
  async #make({ id: model, demo }: { id: string; demo: boolean }): Promise<void> {
    // The demo stands in while there is nothing else: it takes the place of no model.
    if (this.#renewed !== model && !demo) await this.#ports.search.renew(model);
    this.#renewed = model;
    const round = new Round(this.#ports.search, this.#batcherOf(model), model);
    await round.run(this.#over.signal);
  }

  #batcherOf(model: string) {
    return (moreComes: () => boolean) =>
      new MicroBatcher<string, Embedded>({
        most: this.#most,
        tokensOf: (text) => textTokens([text]),
        ...{ lingerMs: LINGER_MS, calls: CALLS, moreComes },
        isIdle: () => this.#isIdle(),
        send: (texts) => this.#send(model, texts),
      });
  }

  #isIdle(): boolean {
    const { held, limit, waiting } = this.#ports.gate.snapshot();
    return held < limit && waiting === 0;
  }

  async #send(model: string, texts: readonly string[]): Promise<readonly Embedded[]> {
    const { embedded, taken } = await embedApart(texts, (some) => this.#embed(model, some));
    const isRefused = embedded.some((one) => 'refused' in one);
    if (isRefused) this.#ports.log.info({ model }, 'a text is refused by the embedding model, and left out');
    // Nothing in it was to blame, only that there was so much.
    else if (taken < texts.length) this.#most.items = Math.max(1, Math.min(this.#most.items, taken));
    return embedded;
  }

  async #embed(model: string, texts: readonly string[]): Promise<readonly Float32Array[]> {
    const id = `index:${this.#ports.newId()}`;
    const terms = {
      id,
      userId: NOBODY,
      lane: model,
      class: 'background' as const,
      signal: this.#over.signal,
    };
    const { vectors } = await retriedEmbedding({ ...terms, request: { inputs: [...texts] } }, this.#ports);
    return vectors;
  }

  /** @param ms null: until something changes */
  async #pause(ms: number | null): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    if (this.#over.signal.aborted) return;
    const timer = ms === null ? undefined : setTimeout(resolve, ms);
    await promise;
    clearTimeout(timer);
  }
}

/** One go over all that waits. */
class Round {
  readonly #search: MessageSearch;
  readonly #model: string;
  readonly #batcher: MicroBatcher<string, Embedded>;
  readonly #kept: KeptTogether;
  readonly #inHand = new Map<string, Promise<void>>();
  #pieces = 0;
  #moreComes = true;
  #fault: { error: unknown } | null = null;

  constructor(
    search: MessageSearch,
    batcherOf: (moreComes: () => boolean) => MicroBatcher<string, Embedded>,
    model: string,
  ) {
    this.#search = search;
    this.#model = model;
    this.#batcher = batcherOf(() => this.#moreComes);
    this.#kept = new KeptTogether((messages) => search.keep(messages));
  }

  async run(signal: AbortSignal): Promise<void> {
    try {
      await this.#read(signal);
    } finally {
      this.#batcher.close(new Error('the round is over'));
      await Promise.all(this.#inHand.values());
    }
    this.#rethrow();
  }

  async #read(signal: AbortSignal): Promise<void> {
    for (;;) {
      this.#rethrow();
      signal.throwIfAborted();
      const page = await this.#search.waiting(PAGE, [...this.#inHand.keys()]);
      for (const message of page) this.#take(message);
      this.#moreComes = page.length === PAGE;
      this.#batcher.look();
      if (page.length === 0 && this.#inHand.size === 0) return;
      while (this.#pieces > IN_HAND || (!this.#moreComes && this.#inHand.size > 0)) {
        await Promise.race(this.#inHand.values());
        this.#rethrow();
      }
    }
  }

  #take(message: WaitingMessage): void {
    const done = this.#index(message).then(
      () => void this.#inHand.delete(message.messageId),
      (error: unknown) => {
        this.#inHand.delete(message.messageId);
        this.#fault ??= { error };
      },
    );
    this.#inHand.set(message.messageId, done);
  }

  async #index({ messageId, version, text }: WaitingMessage): Promise<void> {
    const pieces = piecesOf(text);
    this.#pieces += pieces.length;
    try {
      const made = await Promise.all(
        pieces.map(async ({ at, text: piece }) => {
          const embedded = await this.#batcher.add(piece);
          return { at, vector: 'vector' in embedded ? embedded.vector : null };
        }),
      );
      await this.#kept.keep({ messageId, version, model: this.#model, pieces: made });
    } finally {
      this.#pieces -= pieces.length;
    }
  }

  #rethrow(): void {
    if (this.#fault !== null) throw this.#fault.error;
  }
}
