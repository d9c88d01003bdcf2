import type { CallRecord } from '#lib/telemetry/meter.ts';
import type { Finish, ModelInfo } from '#lib/wire/chat.ts';
import type { FailureCode } from '#lib/wire/error-code.ts';
import type { EmbeddingRequest, Embeddings, ModelRequest, ToolCallDelta } from './model-request.ts';

/** All models of all upstreams. */
export interface Models {
  /** In the order of the configuration; changes while running when a local server comes or goes. */
  list(): ModelInfo[];
  /** The model of a new chat. */
  defaultId(): string;
  /** Null when no upstream offers it. */
  find(id: string): Model | null;
  /** The models that make vectors of texts, the preferred one first; empty when none is configured. */
  embeddingModels(): ModelInfo[];
  /** Null when it is not one of `embeddingModels()`. */
  findEmbedding(id: string): EmbeddingModel | null;
  /** Called with every change of `list()` and `embeddingModels()`. */
  onChange(listener: () => void): () => void;
}

export interface Model {
  /** `upstream/model`: the lane of the gate. */
  readonly id: string;
  /**
   * One upstream call. Deltas go to `sink` as they arrive, synchronously and in order; resolves when the answer is
   * complete by the truth table (finish_reason or [DONE] seen).
   *
   * @throws UpstreamFailure for everything else, also a cut stream: an end without a terminator is never success.
   * @throws signal.reason when the signal aborts; the upstream socket is closed before it rejects.
   * When it settles, no further call to `sink` is made and the socket is free or closed.
   */
  stream(request: ModelRequest, sink: ModelSink, signal: AbortSignal): Promise<ModelEnding>;
}

export interface EmbeddingModel {
  /** `upstream/model`: the lane of the gate. */
  readonly id: string;
  /**
   * One upstream call for all inputs together: one that the upstream refuses makes all of them fail.
   *
   * @throws UpstreamFailure; also where the answer does not hold one vector for each input
   * @throws signal.reason when the signal aborts; the upstream socket is closed before it rejects.
   */
  embed(request: EmbeddingRequest, signal: AbortSignal): Promise<Embeddings>;
}

export interface ModelSink {
  /** The server has begun its response; before the first delta, once. */
  headers?(): void;
  /** Never empty. Always whole code points, except that a JSON escape may split a pair over two calls. */
  text(delta: string): void;
  /** Reasoning, a channel of its own. Never empty. */
  reasoning(delta: string): void;
  /** The model calls tools: a channel of its own. Left out, such calls are dropped, and the ending still tells of them. */
  toolCall?(delta: ToolCallDelta): void;
}

export interface ModelEnding {
  finish: Finish;
  usage: { tokensIn: number; tokensOut: number } | null;
}

/** Who counts one call. Nothing of it may cost, wait or throw. */
export interface CallWatch {
  /** The first piece came so many ms after the start. */
  first(ms: number): void;
  /** A piece of text or reasoning has come. */
  piece(): void;
  over(record: CallRecord): void;
}

/** Why an upstream call failed. `code` is what people are told; the cause is for the log and holds no secret. */
export class UpstreamFailure extends Error {
  readonly code: FailureCode;
  /** Worth another try before the first delta: network faults, 408, 409, 429, 5xx, overload. */
  readonly retryable: boolean;
  /** The least wait the upstream asked for, in milliseconds. */
  readonly retryAfterMs: number | null;

  constructor(
    code: FailureCode,
    options: { retryable?: boolean; retryAfterMs?: number | null; cause?: unknown; message?: string } = {},
  ) {
    super(options.message ?? code, { cause: options.cause });
    this.name = 'UpstreamFailure';
    this.code = code;
    this.retryable = options.retryable ?? false;
    this.retryAfterMs = options.retryAfterMs ?? null;
  }
}
