import type { UpstreamConfig } from '../config/upstreams.ts';
import type { Config } from '../config.ts';
import { Gate } from '../gate/gate.ts';
import { wakeInTime } from '../generation/gate-alarm.ts';
import { callLabels, type Meter } from '../telemetry/meter.ts';
import type { Models } from '../upstream/model.ts';
import { clock } from './clocks.ts';

/** The gate with its limits, awake until `close`. */
export function openGate(models: Models, config: Config, meter: Meter): { gate: Gate; close: () => void } {
  const { maxUpstream: limit, maxPerUser: perUser, maxWaiting, maxWaitingPerUser } = config;
  const gate = new Gate({ limit, perUser, maxWaiting, maxWaitingPerUser, now: clock });
  limitLanes(gate, models, config.upstreams);
  gate.on((event) => {
    if (event.type === 'closed') meter.throttled(callLabels(event.lane));
  });
  return { gate, close: wakeInTime(gate, clock) };
}

/** The limits of every model's upstream, now and whenever models come. */
function limitLanes(gate: Gate, models: Models, upstreams: readonly UpstreamConfig[]): void {
  const apply = () => {
    for (const { id, upstream } of [...models.list(), ...models.embeddingModels()]) {
      const config = upstreams.find(({ name }) => name === upstream);
      if (config === undefined) continue;
      const { limit, requestsPerMinute, tokensPerMinute } = config;
      if (limit !== null) gate.setLaneLimit(id, limit);
      if (requestsPerMinute !== null || tokensPerMinute !== null)
        gate.setLaneRates(id, { requestsPerMinute, tokensPerMinute });
    }
  };
  apply();
  models.onChange(apply);
}

/** The configured stand-in of a model, by its upstream; null for a stand-in itself. */
export function fallbackOf(upstreams: readonly UpstreamConfig[]): (model: string) => string | null {
  return (model) => {
    const upstream = model.slice(0, model.indexOf('/'));
    const other = upstreams.find(({ name }) => name === upstream)?.fallback ?? null;
    return other === model ? null : other;
  };
}
