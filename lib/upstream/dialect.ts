import type { EmbeddingRequest, ModelRequest, ModelSettings } from './model-request.ts';

/** The body of a call, as far as we use it. */
export interface CallBody extends ModelSettings {
  model: string;
  messages: ModelRequest['messages'];
  stream: true;
  stream_options?: { include_usage: true };
  max_tokens?: number;
  max_completion_tokens?: number;
}

export interface EmbeddingBody {
  model: string;
  input: readonly string[];
  dimensions?: number;
  encoding_format: 'base64' | 'float';
}

/** What one upstream does not understand, learned from its refusals and kept while we run. */
export class Dialect {
  #asksUsage = true;
  /** A third of the bytes of numbers in JSON, and nothing to parse. */
  #takesBase64 = true;
  /** Models that want the newer name of the limit. */
  readonly #newerLimit = new Set<string>();

  body(model: string, { messages, maxTokens, settings }: ModelRequest): CallBody {
    return {
      ...settings,
      model,
      messages,
      stream: true,
      ...(this.#asksUsage ? { stream_options: { include_usage: true } } : {}),
      ...(maxTokens === undefined
        ? {}
        : this.#newerLimit.has(model)
          ? { max_completion_tokens: maxTokens }
          : { max_tokens: maxTokens }),
    };
  }

  embeddingBody(model: string, { inputs, dimensions }: EmbeddingRequest): EmbeddingBody {
    return {
      model,
      input: inputs,
      ...(dimensions === undefined ? {} : { dimensions }),
      encoding_format: this.#takesBase64 ? 'base64' : 'float',
    };
  }

  /** The same for embeddings. */
  learnEmbedding(sent: EmbeddingBody, status: number, text: string): boolean {
    const isNews = sent.encoding_format === 'base64' && /encoding_format|base64/.test(text);
    if (!isNews || (status !== 400 && status !== 422)) return false;
    this.#takesBase64 = false;
    return true;
  }

  /**
   * Whether the refusal of `sent` taught us something, so that the same call in other words may pass. Never twice for
   * the same words.
   * @param text what the upstream said
   */
  learn(sent: CallBody, status: number, text: string): boolean {
    if (status !== 400 && status !== 422) return false;
    if (sent.stream_options !== undefined && /stream_options|include_usage/.test(text)) {
      this.#asksUsage = false;
      return true;
    }
    if (sent.max_tokens !== undefined && /max_completion_tokens/.test(text)) {
      this.#newerLimit.add(sent.model);
      return true;
    }
    return false;
  }
}
