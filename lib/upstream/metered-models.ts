import { type CallRecord, callLabels } from '#lib/telemetry/meter.ts';
import {
  type CallWatch,
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
  };
}

const codeOf = (error: unknown) => (error instanceof UpstreamFailure ? error.code : 'server_error');
