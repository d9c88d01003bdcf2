import { randomUUID } from 'node:crypto';
import { setTimeout as timeout } from 'node:timers/promises';
import { memoryApiKeys } from '#lib/auth/memory-api-keys.ts';
import { Gate } from '#lib/gate/gate.ts';
import { FlowRecord } from '#lib/generation/flow-record.ts';
import { wakeInTime } from '#lib/generation/gate-alarm.ts';
import { RetryBudget } from '#lib/generation/retry.ts';
import { ApiCalls } from '#lib/jobs/api-calls.ts';
import { memoryLog } from '#lib/telemetry/memory-log.ts';
import { memoryMeter } from '#lib/telemetry/memory-meter.ts';
import { meteredModels } from '#lib/upstream/metered-models.ts';
import type { Models } from '#lib/upstream/model.ts';
import { scriptedModels } from '#lib/upstream/scripted-model.ts';
import { createV1, type V1Parts } from './v1.ts';

export interface V1WorldOptions {
  models?: Models;
  limit?: number;
  perUser?: number;
  maxWaiting?: number;
  queueMs?: number;
  also?: V1Parts['also'];
}

/** /v1 with everything behind it, in real time; keys in memory. */
export function v1World(options: V1WorldOptions = {}) {
  const { limit = 100, perUser = null, maxWaiting = 100, queueMs = 60_000, also = [] } = options;
  const clock = () => performance.now();
  const gate = new Gate({ limit, perUser, maxWaiting, now: clock });
  const close = wakeInTime(gate, clock);
  const log = memoryLog();
  const meter = memoryMeter();
  const flow = new FlowRecord({ gate, generations: { all: () => [], ofUser: () => [] }, now: Date.now });
  const watch = (model: string) => {
    const { over, ...call } = flow.call(model);
    return {
      ...call,
      over(record: Parameters<typeof over>[0]) {
        over(record);
        meter.called(record);
      },
    };
  };
  const models = meteredModels(options.models ?? scriptedModels(), { watch, clock, now: Date.now });
  const calls = new ApiCalls({
    gate,
    models,
    flow,
    meter,
    retries: new RetryBudget(clock),
    clock,
    random: () => 0,
    sleep: (ms, signal) => timeout(ms, undefined, { signal }),
    newId: randomUUID,
    queueMs,
  });
  const keys = memoryApiKeys();
  const v1 = createV1({ keys, calls, log, newId: randomUUID, now: Date.now, also });
  return { v1, keys, calls, gate, flow, meter, log, close };
}
