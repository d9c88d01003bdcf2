import { describe, expect, it, onTestFinished } from 'vitest';
import { type FakeCollector, fakeCollector, type Manner } from './fake-collector.ts';
import { completed, failed, labels } from './meter.contract.ts';
import { telemetryBench } from './telemetry-fixture.ts';

async function collecting(manner?: Manner): Promise<FakeCollector> {
  const collector = await fakeCollector(manner);
  onTestFinished(() => collector.close());
  return collector;
}

/** Metrics leave often enough for a test not to wait. */
const bench = (
  endpoint: string,
  { headers = {}, ...pace }: { headers?: Record<string, { reveal(): string }>; patienceMs?: number } = {},
) => telemetryBench({ collector: { endpoint, headers }, everyMs: 20, ...pace });

/** Too short for a second try. */
const hasty = { patienceMs: 500 };

/** What `key` says anywhere in the JSON, in order. */
function all(json: unknown, key: string): unknown[] {
  if (typeof json !== 'object' || json === null) return [];
  return Object.entries(json).flatMap(([name, value]) => [
    ...(name === key ? [value] : []),
    ...all(value, key),
  ]);
}

const refused = 'http://127.0.0.1:9';

describe('a collector', () => {
  it('[T11] gets the metrics under the names of the conventions, with its headers', async () => {
    const collector = await collecting();
    const { telemetry } = await bench(`${collector.endpoint}/`, {
      headers: { 'x-key': { reveal: () => 'abc' } },
    });
    telemetry.meter.called(completed);
    telemetry.meter.hop('permit', 5, labels);
    const { body, headers } = await collector.batch('/v1/metrics');
    expect(all(body, 'name')).toEqual(
      expect.arrayContaining([
        'gen_ai.client.operation.duration',
        'gen_ai.client.operation.time_to_first_chunk',
        'gen_ai.client.token.usage',
        'weir.hop.duration',
        'nodejs.eventloop.delay.p99',
      ]),
    );
    expect(all(body, 'explicitBounds')[0]).toEqual([
      0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92,
    ]);
    expect(headers['x-key']).toBe('abc');
  });

  it('[T12] gets one span per call, with its times, its tokens and its error', async () => {
    const collector = await collecting();
    const { telemetry } = await bench(collector.endpoint);
    telemetry.meter.called(completed);
    telemetry.meter.called(failed);
    telemetry.meter.called({ ...failed, error: 'aborted' });
    await telemetry.close();
    const { body } = await collector.batch('/v1/traces');
    const spans = all(body, 'spans').flat();
    expect(spans).toHaveLength(3);
    const start = BigInt(completed.startedAt) * 1_000_000n;
    expect(spans[0]).toMatchObject({
      name: 'chat qwen3',
      kind: 3,
      startTimeUnixNano: String(start),
      endTimeUnixNano: String(start + 1_500_000_000n),
      status: { code: 0 },
      attributes: expect.arrayContaining([
        { key: 'gen_ai.provider.name', value: { stringValue: 'lab' } },
        {
          key: 'gen_ai.response.finish_reasons',
          value: { arrayValue: { values: [{ stringValue: 'stop' }] } },
        },
        { key: 'gen_ai.usage.output_tokens', value: { intValue: 20 } },
      ]),
    });
    const error = { key: 'error.type', value: { stringValue: 'upstream_reset' } };
    expect(spans[1]).toMatchObject({ status: { code: 2 }, attributes: expect.arrayContaining([error]) });
    expect(spans[2]).toMatchObject({ status: { code: 0 } });
    expect(new Set(spans.map((span) => (span as { traceId: string }).traceId)).size).toBe(3);
  });

  it('[T9] that is away is told once, nothing breaks, and /metrics goes on', async () => {
    const { telemetry, log, scraped } = await bench(refused, hasty);
    for (let times = 0; times < 10_000; times += 1) {
      telemetry.meter.hop('permit', 1, labels);
      telemetry.meter.called(completed);
    }
    await expect.poll(() => log.lines.length).toBe(1);
    expect((await scraped()).count('weir_hop_duration_seconds')).toBe(10_000);
    await telemetry.close();
    expect(log.lines).toMatchObject([{ level: 'warn', fields: { why: 'ECONNREFUSED' } }]);
  });

  it('[T9] that refuses is told by its status, in no words of its own, and again when it takes', async () => {
    const collector = await collecting('refusing');
    const { telemetry, log } = await bench(collector.endpoint);
    telemetry.meter.hop('permit', 1, labels);
    await expect.poll(() => log.lines.length).toBe(1);
    expect(log.lines).toMatchObject([{ level: 'warn', fields: { why: 400 } }]);
    expect(JSON.stringify(log.lines)).not.toContain('canary');
    collector.setManner('taking');
    await expect.poll(() => log.lines.map(({ level }) => level)).toEqual(['warn', 'info']);
  });

  it('[T9] that cannot keep up gets what fits, and the rest is dropped', async () => {
    const collector = await collecting();
    const { telemetry } = await telemetryBench({
      collector: { endpoint: collector.endpoint, headers: {} },
      lastWordsMs: 5_000,
    });
    for (let times = 0; times < 10_000; times += 1) telemetry.meter.called(completed);
    await telemetry.close();
    const spans = collector.received.flatMap(({ body }) => all(body, 'spans').flat());
    // A queue of 2048 behind the batch of 512 that is on its way.
    expect(spans).toHaveLength(2_560);
  });

  it('[T9] that swallows everything holds up neither answers nor the end', async () => {
    const collector = await collecting('silent');
    // Longer than this test may take: an end that waits for the collector never comes.
    const { telemetry, scraped } = await bench(collector.endpoint, { patienceMs: 60_000 });
    telemetry.meter.called(completed);
    await collector.batch('/v1/metrics');
    telemetry.meter.hop('permit', 1, labels);
    expect((await scraped()).count('weir_hop_duration_seconds')).toBe(1);
    await telemetry.close();
    expect(collector.pending).toBeGreaterThan(0);
  });
});
