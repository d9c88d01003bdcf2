import type { Attributes, BatchObservableResult, Meter as OtelApi } from '@opentelemetry/api';
import type { ModelBound } from './bounds.ts';
import type { LoopDelay } from './loop-delay.ts';
import { callLabels } from './meter.ts';
import { callAttributes } from './otel-meter.ts';
import type { GateSight, LaneSight, Sights } from './telemetry.ts';

/** Each sight has a callback of its own, so that one that fails takes only its own gauges along. */
export function observeSights(api: OtelApi, sights: Sights, models: ModelBound): void {
  observeGate(api, () => sights.gate(), models);
  const single = (name: string, description: string, read: () => number, unit = '') =>
    api.createObservableGauge(name, { description, unit }).addCallback((result) => result.observe(read()));
  single('weir.generations.running', 'Answers being made, the waiting ones included.', () =>
    sights.generations(),
  );
  single('weir.sockets.open', 'Open browser sockets.', () => sights.sockets());
  single('weir.sockets.buffered', 'What waits in sockets.', () => sights.bufferedBytes(), 'By');
}

/** Under the names of OpenTelemetry's conventions for Node.js. */
export function observeLoop(api: OtelApi, loop: LoopDelay): void {
  const gauge = (name: string, description: string) =>
    api.createObservableGauge(`nodejs.eventloop.delay.${name}`, { description, unit: 's' });
  const mean = gauge('mean', 'Event loop mean delay.');
  const p99 = gauge('p99', 'Event loop 99 percentile delay.');
  const max = gauge('max', 'Event loop maximum delay.');
  api.addBatchObservableCallback(
    (result) => {
      const delay = loop.read();
      result.observe(mean, delay.mean);
      result.observe(p99, delay.p99);
      result.observe(max, delay.max);
    },
    [mean, p99, max],
  );
}

function observeGate(api: OtelApi, read: () => GateSight, models: ModelBound): void {
  const gauge = (name: string, description: string, unit = '') =>
    api.createObservableGauge(`weir.${name}`, { description, unit });
  const limit = gauge('permits.limit', 'Upstream calls that may be open at once.');
  const held = gauge('permits.held', 'Upstream calls that are open.');
  const waiting = gauge('queue.length', 'Calls that wait for a permit.');
  const oldest = gauge('queue.oldest_wait', 'How long the first one has waited.', 's');
  const lane = {
    limit: gauge('lane.limit', 'Calls that may be open in the lane, as configured.'),
    workingLimit: gauge('lane.working_limit', 'What of it the upstream takes at the moment.'),
    held: gauge('lane.held', 'Calls that are open in the lane.'),
    waiting: gauge('lane.waiting', 'Calls that wait for the lane.'),
    closed: gauge('lane.closed', 'Lanes closed because their upstream had enough.'),
  };
  api.addBatchObservableCallback(
    (result) => {
      const gate = read();
      if (Number.isFinite(gate.limit)) result.observe(limit, gate.limit);
      result.observe(oldest, gate.oldestWaitMs / 1000);
      for (const [name, counts] of Object.entries(gate.classes)) {
        result.observe(held, counts.held, { class: name });
        result.observe(waiting, counts.waiting, { class: name });
      }
      for (const sum of laneSums(gate.lanes, models)) observeLane(result, lane, sum);
    },
    [limit, held, waiting, oldest, ...Object.values(lane)],
  );
}

interface LaneSum {
  readonly labels: Attributes;
  limit: number;
  workingLimit: number;
  held: number;
  waiting: number;
  closed: number;
}

/** Lanes that share the label `other` are added up: a gauge has one value per label. */
function laneSums(lanes: readonly LaneSight[], models: ModelBound): Iterable<LaneSum> {
  const sums = new Map<string, LaneSum>();
  for (const { lane, limit, workingLimit, held, waiting, closedUntil } of lanes) {
    const call = models.of(callLabels(lane));
    const name = `${call.upstream}/${call.model}`;
    const { 'gen_ai.operation.name': _, ...labels } = callAttributes(call);
    const sum = sums.get(name) ?? { labels, limit: 0, workingLimit: 0, held: 0, waiting: 0, closed: 0 };
    sum.limit += limit;
    sum.workingLimit += workingLimit;
    sum.held += held;
    sum.waiting += waiting;
    sum.closed += closedUntil === null ? 0 : 1;
    sums.set(name, sum);
  }
  return sums.values();
}

type LaneGauges = Record<
  'limit' | 'workingLimit' | 'held' | 'waiting' | 'closed',
  Parameters<BatchObservableResult['observe']>[0]
>;

/** No limit is no number: OTLP cannot say Infinity. */
function observeLane(result: BatchObservableResult, gauges: LaneGauges, sum: LaneSum): void {
  for (const name of ['limit', 'workingLimit', 'held', 'waiting', 'closed'] as const) {
    if (Number.isFinite(sum[name])) result.observe(gauges[name], sum[name], sum.labels);
  }
}
