import { type CallRecord, callLabels } from '#lib/telemetry/meter.ts';
import {
  type CallWatch,
  type EmbeddingModel,
  type Model,
  type ModelEnding,
  type ModelSink,
  type Models,
  UpstreamFailure,
} from './model.ts';

export interface MeteredPorts {
  /** Called at the start of every call. What it returns must cost nothing, and must not throw. */
  watch: (model: string) => CallWatch;
  /** Milliseconds, monotonic. */
  clock: () => number;
  /** Milliseconds since 1970. */
  now: () => number;
}

/** The same models; every call of theirs is counted, whoever makes it. */
export function meteredModels(models: Models, ports: MeteredPorts): Models {
  return {
    list: () => models.list(),
    defaultId: () => models.defaultId(),
    onChange: (listener) => models.onChange(listener),
    embeddingModels: () => models.embeddingModels(),
    findEmbedding(id) {
      const model = models.findEmbedding(id);
      return model === null ? null : meteredEmbedding(model, ports);
    },
    find(id) {
      const model = models.find(id);
      return model === null ? null : meteredModel(model, ports);
    },
  };
}

function meteredModel(model: Model, { watch, clock, now }: MeteredPorts): Model {
  const call = callLabels(model.id);
  return {
    id: model.id,
    async stream(request, sink, signal) {
      const { first, piece, over } = watch(model.id);
      const [startedAt, from] = [now(), clock()];
      let firstDeltaMs: number | null = null;
      const counting = counted(sink, () => {
        if (firstDeltaMs === null) {
          firstDeltaMs = clock() - from;
          first(firstDeltaMs);
        }
        piece();
      });
      const told = (outcome: Pick<CallRecord, 'usage' | 'finish' | 'error'>) =>
        over({ call, startedAt, ms: clock() - from, firstDeltaMs, ...outcome });
      let ending: ModelEnding;
      try {
        ending = await model.stream(request, counting, signal);
      } catch (error) {
        told({ usage: null, finish: null, error: signal.aborted ? 'aborted' : codeOf(error) });
        throw error;
      }
      told({ ...ending, error: null });
      return ending;
    },
  };
}

function meteredEmbedding(model: EmbeddingModel, { watch, clock, now }: MeteredPorts): EmbeddingModel {
  const call = callLabels(model.id, 'embeddings');
  return {
    id: model.id,
    async embed(request, signal) {
      const { over } = watch(model.id);
      const [startedAt, from] = [now(), clock()];
      const told = (outcome: Pick<CallRecord, 'usage' | 'finish' | 'error'>) =>
        over({ call, startedAt, ms: clock() - from, firstDeltaMs: null, ...outcome });
      try {
        const embeddings = await model.embed(request, signal);
        const usage = embeddings.usage && { ...embeddings.usage, tokensOut: 0 };
        told({ usage, finish: 'stop', error: null });
        return embeddings;
      } catch (error) {
        told({ usage: null, finish: null, error: signal.aborted ? 'aborted' : codeOf(error) });
        throw error;
      }
    },
  };
}

function counted(sink: ModelSink, piece: () => void): ModelSink {
  return {
    headers: () => sink.headers?.(),
    text(text) {
      piece();
      sink.text(text);
    },
    reasoning(text) {
      piece();
      sink.reasoning(text);
    },
    toolCall(delta) {
      piece();
      sink.toolCall?.(delta);
    },
  };
}

const codeOf = (error: unknown) => (error instanceof UpstreamFailure ? error.code : 'server_error');
