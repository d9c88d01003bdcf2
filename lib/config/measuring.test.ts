import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../config.ts';

const cwd = import.meta.dirname;
const load = (env: Record<string, string>) => loadConfig(env, { cwd });
const endpoint = 'http://127.0.0.1:4318';

describe('settings of telemetry', () => {
  it('[U32] a collector has an address and headers', () => {
    const { collector } = load({
      OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
      OTEL_EXPORTER_OTLP_HEADERS: 'Api-Key=a%20b, x-team=chat=1',
    });
    const headers = Object.entries(collector?.headers ?? {}).map(([name, value]) => [name, value.reveal()]);
    expect([collector?.endpoint, headers]).toEqual([
      endpoint,
      [
        ['api-key', 'a b'],
        ['x-team', 'chat=1'],
      ],
    ]);
  });

  it('[U32] headers without a collector go nowhere', () => {
    expect(load({ OTEL_EXPORTER_OTLP_HEADERS: 'a=b' }).collector).toBeNull();
  });

  it.each(['canary', 'canary=a,,b=c', 'a b=canary', 'a=%E0%A4%A', 'a=canary%0Db'])(
    '[U32] headers %j are refused, unseen',
    (headers) => {
      const wrong = () =>
        load({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_HEADERS: headers });
      expect(wrong).toThrow(/^OTEL_EXPORTER_OTLP_HEADERS=\[hidden\]: expected headers like/);
    },
  );

  it('[U33] keys show themselves nowhere but on request', () => {
    const canary = 'canary-0123456789';
    const config = load({
      OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
      OTEL_EXPORTER_OTLP_HEADERS: `key=${canary}`,
      WEIR_METRICS_TOKEN: canary,
    });
    expect(JSON.stringify(config) + inspect(config, { depth: 9, showHidden: true })).not.toContain(canary);
    expect(config.metricsToken?.reveal()).toBe(canary);
    const credentials = () => load({ OTEL_EXPORTER_OTLP_ENDPOINT: `https://u:${canary}@h` });
    expect(credentials).toThrow(/^OTEL_EXPORTER_OTLP_ENDPOINT=\[hidden\]: expected an http/);
    const short = () => load({ WEIR_METRICS_TOKEN: canary.slice(0, 12) });
    expect(short).toThrow(/^WEIR_METRICS_TOKEN=\[hidden\]: expected at least 16/);
  });
});
