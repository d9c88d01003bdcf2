import { describe, expect, it } from 'vitest';
import { Gate } from '#lib/gate/gate.ts';
import { call, completed, failed, labels, meterContract } from './meter.contract.ts';
import { hops } from './meter.ts';
import { sightsOf, telemetryBench } from './telemetry-fixture.ts';

const milliseconds = (seconds: number) => Math.round(seconds * 1e6) / 1e3;

describe('the meter of OpenTelemetry, read as Prometheus text', () => {
  meterContract(async () => {
    const { telemetry, scraped } = await telemetryBench();
    return {
      meter: telemetry.meter,
      async read() {
        const { count, sum, labelsOf } = await scraped();
        const duration = 'gen_ai_client_operation_duration_seconds';
        const errors = labelsOf(duration).flatMap(({ error_type }) => error_type ?? []);
        const calls = (error: string) => count(duration, { error_type: error });
        const failures = [...new Set(errors)].reduce((total, error) => total + calls(error), 0);
        const tokens = (type: string) => sum('gen_ai_client_token_usage', { gen_ai_token_type: type });
        return {
          hop(hop, inClass) {
            const series = { hop, class: inClass };
            const name = 'weir_hop_duration_seconds';
            return { times: count(name, series), ms: milliseconds(sum(name, series)) };
          },
          calls: (error) => (error === null ? count(duration) - failures : calls(error)),
          firstDeltas: () => count('gen_ai_client_operation_time_to_first_chunk_seconds'),
          tokens: () => ({ in: tokens('input'), out: tokens('output') }),
          retries: (code) => count('weir_retries_total', { error_type: code }),
          throttlings: (model) => count('weir_lane_throttlings_total', { gen_ai_request_model: model }),
          refusals: (code) => count('weir_refusals_total', { code }),
          endings: (ending) => count('weir_answers_total', { ending }),
        };
      },
    };
  });

  it('[T2] the labels of a call are those of the GenAI conventions', async () => {
    const { telemetry, scraped } = await telemetryBench();
    telemetry.meter.called(failed);
    expect((await scraped()).labelsOf('gen_ai_client_operation_duration_seconds')).toEqual([
      {
        gen_ai_operation_name: 'chat',
        gen_ai_provider_name: 'lab',
        gen_ai_request_model: 'qwen3',
        error_type: 'upstream_reset',
      },
    ]);
  });

  it('[T8] models beyond the bound are counted together, known ones stay apart', async () => {
    const { telemetry, scraped } = await telemetryBench({ mostModels: 3 });
    for (const round of [1, 2]) {
      for (let at = 0; at < 500; at += 1) {
        telemetry.meter.hop('permit', round, { ...labels, model: `m${at}` });
      }
    }
    const { count, labelsOf } = await scraped();
    const models = labelsOf('weir_hop_duration_seconds').map((all) => all.gen_ai_request_model);
    expect(models.toSorted()).toEqual(['m0', 'm1', 'm2', 'other']);
    expect(count('weir_hop_duration_seconds', { gen_ai_request_model: 'm1' })).toBe(2);
    expect(count('weir_hop_duration_seconds', { gen_ai_request_model: 'other' })).toBe(994);
  });

  it('[T8] a name that breaks lines, quotes or the format is still one label', async () => {
    const { telemetry, scraped } = await telemetryBench();
    const model = 'a"} 1\n# TYPE x counter\\';
    telemetry.meter.hop('permit', 1, { ...labels, model });
    telemetry.meter.hop('queued', 1, { ...labels, model: 'x'.repeat(5_000) });
    const found = (await scraped()).labelsOf('weir_hop_duration_seconds');
    expect(found.map((all) => all.gen_ai_request_model)).toEqual([model, 'x'.repeat(120)]);
  });
});

describe('/metrics', () => {
  it('[T6] gauges are what is, at the moment of the asking', async () => {
    const { telemetry, scraped } = await telemetryBench();
    const gate = new Gate({ limit: 2, now: () => 0 });
    gate.setLaneLimit('lab/qwen3', 1);
    let sockets = 3;
    const bufferedBytes = () => sockets * 100;
    telemetry.observe(sightsOf({ gate: () => gate.snapshot(), sockets: () => sockets, bufferedBytes }));
    const { signal } = new AbortController();
    const at = { lane: 'lab/qwen3', user: 'u1', class: 'interactive', signal } as const;
    const permit = await gate.acquire({ ...at, id: 'g1' });
    const second = gate.acquire({ ...at, id: 'g2' });
    const busy = await scraped();
    const lane = { gen_ai_provider_name: 'lab', gen_ai_request_model: 'qwen3' };
    expect(busy.count('weir_permits_limit')).toBe(2);
    expect(busy.count('weir_permits_held', { class: 'interactive' })).toBe(1);
    expect(busy.count('weir_queue_length', { class: 'interactive' })).toBe(1);
    expect([busy.count('weir_lane_held', lane), busy.count('weir_lane_waiting', lane)]).toEqual([1, 1]);
    expect([busy.count('weir_lane_limit', lane), busy.count('weir_lane_closed', lane)]).toEqual([1, 0]);
    expect([busy.count('weir_sockets_open'), busy.count('weir_sockets_buffered_bytes')]).toEqual([3, 300]);
    permit.release();
    (await second).release();
    gate.throttled('lab/qwen3', { retryAfterMs: 1_000 });
    sockets = 0;
    const calm = await scraped();
    expect([calm.count('weir_permits_held'), calm.count('weir_queue_length')]).toEqual([0, 0]);
    expect([calm.count('weir_lane_closed', lane), calm.count('weir_sockets_open')]).toEqual([1, 0]);
  });

  it('[T6] the event loop is there before anything is observed', async () => {
    const { scraped } = await telemetryBench();
    const names = (await scraped()).families.map(({ name }) => name);
    expect(names).toEqual(['mean', 'p99', 'max'].map((name) => `nodejs_eventloop_delay_${name}_seconds`));
  });

  it('[T6] a lane without a limit has none, and lanes beyond the bound are added up', async () => {
    const { telemetry, scraped } = await telemetryBench({ mostModels: 1 });
    const sight = { workingLimit: 2, held: 1, waiting: 0, closedUntil: null };
    telemetry.observe(
      sightsOf({
        gate: () => ({
          limit: Number.POSITIVE_INFINITY,
          held: 3,
          oldestWaitMs: 0,
          classes: {},
          lanes: [
            { ...sight, lane: 'lab/a', limit: Number.POSITIVE_INFINITY },
            { ...sight, lane: 'lab/b', limit: 4 },
            { ...sight, lane: 'lab/c', limit: 4 },
          ],
        }),
      }),
    );
    const { count, labelsOf } = await scraped();
    expect(labelsOf('weir_permits_limit')).toEqual([]);
    expect(labelsOf('weir_lane_limit')).toEqual([
      { gen_ai_provider_name: 'other', gen_ai_request_model: 'other' },
    ]);
    expect(count('weir_lane_limit')).toBe(8);
    expect(count('weir_lane_held', { gen_ai_request_model: 'other' })).toBe(2);
    expect(count('weir_lane_held', { gen_ai_request_model: 'a' })).toBe(1);
  });

  it('[T6] a sight that fails takes only its own gauges along, and is told', async () => {
    const { telemetry, scraped, log } = await telemetryBench();
    const gate = () => {
      throw new Error('canary');
    };
    telemetry.observe(sightsOf({ gate, sockets: () => 5 }));
    const { count, labelsOf } = await scraped();
    expect(count('weir_sockets_open')).toBe(5);
    expect(labelsOf('weir_permits_held')).toEqual([]);
    expect(log.lines.map(({ level }) => level)).toEqual(['warn']);
  });

  it('[T7] no label names a person, a chat or an answer', async () => {
    const { telemetry, scraped } = await telemetryBench();
    const gate = new Gate({ limit: 1, now: () => 0 });
    telemetry.observe(sightsOf({ gate: () => gate.snapshot() }));
    const { signal } = new AbortController();
    const at = { lane: 'lab/qwen3', user: 'canary-user', class: 'interactive', signal } as const;
    const permit = await gate.acquire({ ...at, id: 'canary-generation' });
    void gate.acquire({ ...at, id: 'canary-waiting' });
    for (const hop of hops) telemetry.meter.hop(hop, 1, labels);
    telemetry.meter.called(completed);
    telemetry.meter.called(failed);
    telemetry.meter.retried('upstream_reset', call);
    telemetry.meter.throttled(call);
    telemetry.meter.refused('draining');
    telemetry.meter.ended('done', call);
    const { samples } = await scraped();
    const names = samples.flatMap(({ labels: all }) => Object.keys(all));
    expect(new Set(names)).toEqual(
      new Set([
        ...['class', 'hop', 'le', 'code', 'ending', 'error_type', 'gen_ai_token_type'],
        ...['gen_ai_operation_name', 'gen_ai_provider_name', 'gen_ai_request_model'],
      ]),
    );
    expect(await telemetry.exposition()).not.toContain('canary');
    permit.release();
  });

  it('[T10] the text is what Prometheus expects: names, types, units, buckets', async () => {
    const { telemetry, scraped } = await telemetryBench();
    telemetry.observe(sightsOf({}));
    telemetry.meter.called(completed);
    telemetry.meter.ended('done', call);
    const { families, samples } = await scraped();
    expect(families.length).toBeGreaterThan(10);
    for (const { name, help, type } of families) {
      expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
      expect(help, name).not.toBe('');
      expect(type === 'COUNTER', name).toBe(name.endsWith('_total'));
    }
    expect(samples.filter(({ value }) => !Number.isFinite(value))).toEqual([]);
    const name = 'gen_ai_client_operation_duration_seconds_bucket';
    const buckets = samples.filter((sample) => sample.name === name);
    expect(buckets.map(({ labels: { le }, value }) => [le, value])).toEqual([
      ...['0.01', '0.02', '0.04', '0.08', '0.16', '0.32', '0.64', '1.28'].map((le) => [le, 0]),
      ...['2.56', '5.12', '10.24', '20.48', '40.96', '81.92', '+Inf'].map((le) => [le, 1]),
    ]);
  });
});
