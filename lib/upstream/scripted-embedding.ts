import { embed } from './demo/embed.ts';
import type { EmbeddingModel } from './model.ts';
import type { EmbeddingRequest, Embeddings } from './model-request.ts';

/** One call of an embedding model, as a test sees it. */
export interface ScriptedEmbedding {
  readonly model: string;
  readonly request: EmbeddingRequest;
}

const usualDimensions = 64;

/** Answers at once with the demo's vectors: near for shared words and simple synonyms. */
export function scriptedEmbedding(id: string, asked: (call: ScriptedEmbedding) => unknown): EmbeddingModel {
  return {
    id,
    async embed(request, signal): Promise<Embeddings> {
      signal.throwIfAborted();
      const failure = await Promise.race([asked({ model: id, request }), aborted(signal)]);
      signal.throwIfAborted();
      if (failure !== undefined) throw failure;
      const dimensions = request.dimensions ?? usualDimensions;
      const vectors = request.inputs.map((text) => embed(text, dimensions));
      return { vectors, usage: { tokensIn: request.inputs.length } };
    },
  };
}

function aborted(signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', resolve, { once: true });
  });
}
