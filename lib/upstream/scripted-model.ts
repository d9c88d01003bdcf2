import type { ModelInfo } from '#lib/wire/chat.ts';
import type { EmbeddingModel, Model, ModelEnding, ModelSink, Models } from './model.ts';
import type { ModelRequest, ToolCallDelta } from './model-request.ts';
import { type ScriptedEmbedding, scriptedEmbedding } from './scripted-embedding.ts';

/** One upstream call, played by a test. Nothing here does anything once the call has settled. */
export interface ScriptedCall {
  /** The model's id. */
  readonly model: string;
  readonly request: ModelRequest;
  /** True once the caller's signal has aborted. */
  readonly aborted: boolean;
  readonly whenAborted: Promise<void>;
  say(delta: string): void;
  think(delta: string): void;
  callTool(delta: ToolCallDelta): void;
  finish(finish?: ModelEnding['finish'], usage?: ModelEnding['usage']): void;
  fail(failure: unknown): void;
}

export interface ScriptedModels extends Models {
  /** Every call so far, oldest first. */
  readonly calls: readonly ScriptedCall[];
  /** Calls that have not settled. */
  readonly open: number;
  /** The most calls that were open at once. */
  readonly peak: number;
  /** Each call is handed out once, in the order they came, also those that came before. */
  nextCall(): Promise<ScriptedCall>;
  /** Replaces what `list()` says and tells the listeners. */
  offer(...ids: string[]): void;
  /** The same for `embeddingModels()`; at first there is none. */
  offerEmbeddings(...ids: string[]): void;
  /** Every call of an embedding model so far. */
  readonly embedded: readonly ScriptedEmbedding[];
  /** What becomes of such a call: answered once this resolves, or failed with what it resolves to. */
  onEmbedding: (call: ScriptedEmbedding) => unknown;
}

/** Models whose answers a test writes by hand: `(await models.nextCall()).say('hello')`. */
export function scriptedModels(...ids: string[]): ScriptedModels {
  return new Script(ids.length === 0 ? ['test/model'] : ids);
}

class Script implements ScriptedModels {
  readonly calls: ScriptedCall[] = [];
  open = 0;
  peak = 0;
  readonly embedded: ScriptedEmbedding[] = [];
  onEmbedding: ScriptedModels['onEmbedding'] = () => undefined;
  #ids: string[];
  #embeddingIds: string[] = [];
  #handedOut = 0;
  readonly #waiting: ((call: ScriptedCall) => void)[] = [];
  readonly #listeners = new Set<() => void>();

  constructor(ids: string[]) {
    this.#ids = ids;
  }

  list(): ModelInfo[] {
    return this.#ids.map(infoOf);
  }

  embeddingModels(): ModelInfo[] {
    return this.#embeddingIds.map(infoOf);
  }

  findEmbedding(id: string): EmbeddingModel | null {
    if (!this.#embeddingIds.includes(id)) return null;
    return scriptedEmbedding(id, (call) => {
      this.embedded.push(call);
      return this.onEmbedding(call);
    });
  }

  defaultId(): string {
    return this.#ids[0] ?? '';
  }

  find(id: string): Model | null {
    if (!this.#ids.includes(id)) return null;
    return { id, stream: (request, sink, signal) => this.#stream(id, request, sink, signal) };
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  offer(...ids: string[]): void {
    this.#ids = ids;
    for (const listener of this.#listeners) listener();
  }

  offerEmbeddings(...ids: string[]): void {
    this.#embeddingIds = ids;
    for (const listener of this.#listeners) listener();
  }

  nextCall(): Promise<ScriptedCall> {
    const call = this.calls[this.#handedOut];
    if (call === undefined) return new Promise((resolve) => this.#waiting.push(resolve));
    this.#handedOut += 1;
    return Promise.resolve(call);
  }

  async #stream(
    model: string,
    request: ModelRequest,
    sink: ModelSink,
    signal: AbortSignal,
  ): Promise<ModelEnding> {
    signal.throwIfAborted();
    this.open += 1;
    this.peak = Math.max(this.peak, this.open);
    const play = new Play(model, request, sink);
    const abort = () => play.abort(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    this.#hand(play);
    try {
      return await play.ending;
    } finally {
      signal.removeEventListener('abort', abort);
      this.open -= 1;
    }
  }

  #hand(call: ScriptedCall): void {
    this.calls.push(call);
    const waiter = this.#waiting.shift();
    if (waiter === undefined) return;
    this.#handedOut += 1;
    waiter(call);
  }
}

function infoOf(id: string): ModelInfo {
  const cut = id.indexOf('/');
  return { id, label: id.slice(cut + 1), upstream: id.slice(0, Math.max(0, cut)), demo: false };
}

class Play implements ScriptedCall {
  readonly model: string;
  readonly request: ModelRequest;
  aborted = false;
  readonly #ending = Promise.withResolvers<ModelEnding>();
  readonly #aborted = Promise.withResolvers<void>();
  readonly #sink: ModelSink;
  #settled = false;

  constructor(model: string, request: ModelRequest, sink: ModelSink) {
    this.model = model;
    this.request = request;
    this.#sink = sink;
  }

  get ending(): Promise<ModelEnding> {
    return this.#ending.promise;
  }

  get whenAborted(): Promise<void> {
    return this.#aborted.promise;
  }

  say(delta: string): void {
    if (!this.#settled && delta !== '') this.#sink.text(delta);
  }

  think(delta: string): void {
    if (!this.#settled && delta !== '') this.#sink.reasoning(delta);
  }

  callTool(delta: ToolCallDelta): void {
    if (!this.#settled) this.#sink.toolCall?.(delta);
  }

  finish(finish: ModelEnding['finish'] = 'stop', usage: ModelEnding['usage'] = null): void {
    this.#settled = true;
    this.#ending.resolve({ finish, usage });
  }

  fail(failure: unknown): void {
    this.#settled = true;
    this.#ending.reject(failure);
  }

  abort(reason: unknown): void {
    this.aborted = true;
    this.#aborted.resolve();
    this.fail(reason);
  }
}
