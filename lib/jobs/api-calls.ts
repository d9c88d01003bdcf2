import { type RetriedCallPorts, retriedCall } from '#lib/generation/retried-call.ts';
import { retriedEmbedding } from '#lib/generation/retried-embedding.ts';
import { type ModelEnding, type ModelSink, UpstreamFailure } from '#lib/upstream/model.ts';
import type { EmbeddingRequest, Embeddings, ModelRequest } from '#lib/upstream/model-request.ts';
import type { ModelInfo } from '#lib/wire/chat.ts';
import { Refusal } from '#lib/wire/error-code.ts';
import { CallFailure, sentences, toldOf } from './call-failure.ts';

export interface ApiCallsPorts extends RetriedCallPorts {
  newId: () => string;
  /** How long a call waits for its turn before it fails. */
  queueMs: number;
}

/** `model` is an id that `chatModel` or `embeddingModel` gave. */
export interface ApiCall<Request> {
  readonly userId: string;
  readonly model: string;
  readonly request: Request;
  readonly signal: AbortSignal;
}

/**
 * The calls of programs, through the gate with the people's replies: same class, same limits of their owner, same retries.
 * What goes wrong is a Refusal or a CallFailure, or the signal's reason.
 */
export class ApiCalls {
  readonly #ports: ApiCallsPorts;
  readonly #open = new Set<Promise<unknown>>();
  readonly #cut = new AbortController();
  #draining = false;

  constructor(ports: ApiCallsPorts) {
    this.#ports = ports;
  }

  /** What can be asked, models that make vectors last. */
  models(): ModelInfo[] {
    return [...this.#ports.models.list(), ...this.#ports.models.embeddingModels()];
  }

  /** The id of the model of this id, or else of this bare name. @throws Refusal `unknown_model` */
  chatModel(name: string): string {
    const { models } = this.#ports;
    return models.find(name)?.id ?? named(name, models.list(), models.embeddingModels());
  }

  /** The same among the models that make vectors. */
  embeddingModel(name: string): string {
    const { models } = this.#ports;
    return models.findEmbedding(name)?.id ?? named(name, models.embeddingModels(), models.list());
  }

  /** One answer. An answer without a word is one too: a program may have asked for that. */
  complete(call: ApiCall<ModelRequest>, sink: ModelSink): Promise<ModelEnding> {
    return this.#made(call.signal, async (signal) => {
      try {
        return await retriedCall({ ...this.#terms(call, signal), request: call.request }, sink, this.#ports);
      } catch (error) {
        if (!(error instanceof UpstreamFailure) || error.code !== 'empty_answer') throw error;
        return { finish: 'stop', usage: null };
      }
    });
  }

  embed(call: ApiCall<EmbeddingRequest>): Promise<Embeddings> {
    return this.#made(call.signal, (signal) =>
      retriedEmbedding({ ...this.#terms(call, signal), request: call.request }, this.#ports),
    );
  }

  /** Takes no more calls; those that run get `graceMs`, then they are cut with `server_stopped`. */
  async drain(graceMs: number): Promise<void> {
    this.#draining = true;
    const patience = new AbortController();
    const cut = this.#ports.sleep(graceMs, patience.signal).then(
      () => this.#cut.abort(new CallFailure('server_stopped')),
      () => 'all were quicker',
    );
    await Promise.allSettled(this.#open);
    patience.abort();
    await cut;
  }

  #terms({ userId, model: lane }: ApiCall<unknown>, signal: AbortSignal) {
    const { newId, queueMs: deadlineMs } = this.#ports;
    return { id: `api:${newId()}`, userId, lane, class: 'interactive' as const, signal, deadlineMs };
  }

  async #made<T>(asked: AbortSignal, make: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (this.#draining) throw new Refusal('draining', sentences.draining, { retryAfterMs: 3_000 });
    const call = make(AbortSignal.any([asked, this.#cut.signal]));
    this.#open.add(call);
    try {
      return await call;
    } catch (error) {
      throw toldOf(error);
    } finally {
      this.#open.delete(call);
    }
  }
}

/** @param others models that are there, but do something else */
function named(name: string, models: readonly ModelInfo[], others: readonly ModelInfo[]): string {
  const found = models.find(({ label }) => label === name);
  if (found !== undefined) return found.id;
  if (others.some(({ id, label }) => id === name || label === name)) {
    const message = `The model \`${name.slice(0, 200)}\` cannot do this: some models chat, others make vectors of texts.`;
    throw new Refusal('unknown_model', message);
  }
  throw new Refusal(
    'unknown_model',
    `The model \`${name.slice(0, 200)}\` does not exist. GET /v1/models lists those that do.`,
  );
}
