import { expect, it } from 'vitest';
import type { CallRecord, HopLabels, Meter } from './meter.ts';
import { hops } from './meter.ts';

/** What can be read back of any meter, whatever it writes to. */
export interface Readings {
  /** How often that hop was measured in that class, and the milliseconds in all. */
  hop(hop: string, inClass: string): { times: number; ms: number };
  /** Calls that ended with that error; null for those that completed. */
  calls(error: string | null): number;
  firstDeltas(): number;
  tokens(): { in: number; out: number };
  retries(code: string): number;
  throttlings(model: string): number;
  refusals(code: string): number;
  endings(ending: string): number;
}

export const call = { upstream: 'lab', model: 'qwen3', operation: 'chat' } as const;
export const labels: HopLabels = { ...call, class: 'interactive' };
export const completed: CallRecord = {
  call,
  startedAt: Date.UTC(2026, 0, 1),
  ms: 1_500,
  firstDeltaMs: 250,
  usage: { tokensIn: 100, tokensOut: 20 },
  finish: 'stop',
  error: null,
};
export const failed: CallRecord = {
  ...completed,
  firstDeltaMs: null,
  usage: null,
  finish: null,
  error: 'upstream_reset',
};

/** What every Meter keeps to. `open` gives a new one with a way to read it. */
export function meterContract(open: () => Promise<{ meter: Meter; read(): Promise<Readings> }>): void {
  it('[T1] every hop has a histogram of its own, apart by class', async () => {
    const { meter, read } = await open();
    hops.forEach((hop, at) => {
      meter.hop(hop, 10 * (at + 1), labels);
    });
    meter.hop('permit', 5, { ...labels, class: 'helper' });
    const readings = await read();
    for (const [at, hop] of hops.entries()) {
      expect(readings.hop(hop, 'interactive'), hop).toEqual({ times: 1, ms: 10 * (at + 1) });
    }
    expect(readings.hop('permit', 'helper')).toEqual({ times: 1, ms: 5 });
  });

  it('[T2] a call counts with its duration, its first delta, its tokens and its error', async () => {
    const { meter, read } = await open();
    meter.called(completed);
    meter.called(completed);
    meter.called(failed);
    const readings = await read();
    expect([readings.calls(null), readings.calls('upstream_reset')]).toEqual([2, 1]);
    expect(readings.firstDeltas()).toBe(2);
    expect(readings.tokens()).toEqual({ in: 200, out: 40 });
  });

  it('[T3] retries, throttlings, refusals and endings are counted by what they are', async () => {
    const { meter, read } = await open();
    meter.retried('upstream_overloaded', call);
    meter.throttled(call);
    meter.throttled(call);
    meter.refused('queue_full');
    for (const ending of ['done', 'stopped', 'done'] as const) meter.ended(ending, call);
    const readings = await read();
    expect(readings.retries('upstream_overloaded')).toBe(1);
    expect(readings.retries('upstream_reset')).toBe(0);
    expect(readings.throttlings('qwen3')).toBe(2);
    expect(readings.refusals('queue_full')).toBe(1);
    expect([readings.endings('done'), readings.endings('stopped'), readings.endings('failed')]).toEqual([
      2, 1, 0,
    ]);
  });

  it('[T4] what is no measure is dropped and harms nothing', async () => {
    const { meter, read } = await open();
    for (const ms of [Number.NaN, -1, Number.POSITIVE_INFINITY]) {
      meter.hop('permit', ms, labels);
      meter.called({ ...completed, ms, firstDeltaMs: null, usage: null });
    }
    meter.hop('permit', 0, labels);
    meter.called(failed);
    const readings = await read();
    expect(readings.hop('permit', 'interactive')).toEqual({ times: 1, ms: 0 });
    expect([readings.calls(null), readings.calls('upstream_reset')]).toEqual([0, 1]);
  });
}
