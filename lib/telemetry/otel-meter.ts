import type { Attributes, Histogram, Meter as OtelApi } from '@opentelemetry/api';
import { isMeasure, type ModelBound } from './bounds.ts';
import type { CallLabels, CallRecord, Meter } from './meter.ts';

/** Seconds; the boundaries that the GenAI conventions ask for. */
const callSeconds = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];
const tokenCounts = [
  1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864,
];
/** Hops go from a tick to a long queue. */
const hopSeconds = [0.001, 0.005, 0.02, 0.08, 0.32, 1.28, 5.12, 20.48, 81.92, 327.68, 1310.72];

/** The labels of OpenTelemetry's GenAI conventions. */
export function callAttributes({ upstream, model, operation }: CallLabels): Attributes {
  return {
    'gen_ai.operation.name': operation,
    'gen_ai.provider.name': upstream,
    'gen_ai.request.model': model,
  };
}

/** @param trace takes every call that is over, for a span; null without a collector */
export function otelMeter(
  api: OtelApi,
  models: ModelBound,
  trace: ((record: CallRecord) => void) | null,
): Meter {
  const record = recorder(api);
  const hopDuration = histogram(api, 'weir.hop.duration', 's', hopSeconds, {
    is: 'From one station of an answer to the next: where its time goes.',
  });
  const count = (name: string, description: string) => api.createCounter(name, { description });
  const retries = count('weir.retries', 'Answers tried again, by what had failed.');
  const throttlings = count(
    'weir.lane.throttlings',
    'Times an upstream had enough, and its lane was closed.',
  );
  const refusals = count('weir.refusals', 'Requests turned away.');
  const answers = count('weir.answers', 'Answers that are over, by how they ended.');
  const of = (call: CallLabels) => callAttributes(models.of(call));
  return {
    hop(hop, ms, labels) {
      if (isMeasure(ms)) hopDuration.record(ms / 1000, { ...of(labels), hop, class: labels.class });
    },
    called(done) {
      record(done, of(done.call));
      trace?.(done);
    },
    retried: (code, call) => retries.add(1, { ...of(call), 'error.type': code }),
    throttled: (call) => throttlings.add(1, of(call)),
    refused: (code) => refusals.add(1, { code }),
    ended: (ending, call) => answers.add(1, { ...of(call), ending }),
  };
}

/** The three metrics of one call that the GenAI conventions name. */
function recorder(api: OtelApi): (record: CallRecord, labels: Attributes) => void {
  const duration = histogram(api, 'gen_ai.client.operation.duration', 's', callSeconds, {
    is: 'GenAI operation duration.',
  });
  const firstChunk = histogram(api, 'gen_ai.client.operation.time_to_first_chunk', 's', callSeconds, {
    is: 'Time to receive the first chunk.',
  });
  const tokens = histogram(api, 'gen_ai.client.token.usage', '{token}', tokenCounts, {
    is: 'Number of input and output tokens used.',
  });
  return ({ ms, firstDeltaMs, usage, error }, labels) => {
    const ended = error === null ? labels : { ...labels, 'error.type': error };
    if (isMeasure(ms)) duration.record(ms / 1000, ended);
    if (firstDeltaMs !== null && isMeasure(firstDeltaMs)) firstChunk.record(firstDeltaMs / 1000, labels);
    if (usage === null) return;
    const used = { input: usage.tokensIn, output: usage.tokensOut };
    for (const [type, amount] of Object.entries(used)) {
      if (isMeasure(amount)) tokens.record(amount, { ...labels, 'gen_ai.token.type': type });
    }
  };
}

function histogram(
  api: OtelApi,
  name: string,
  unit: string,
  explicitBucketBoundaries: number[],
  { is: description }: { is: string },
): Histogram {
  return api.createHistogram(name, { description, unit, advice: { explicitBucketBoundaries } });
}
