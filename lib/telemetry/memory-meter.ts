import type { Ending } from '#lib/wire/chat.ts';
import type { FailureCode, RefusalCode } from '#lib/wire/error-code.ts';
import { isMeasure } from './bounds.ts';
import type { CallLabels, CallRecord, Hop, HopLabels, Meter } from './meter.ts';

/** A meter that a test can read: everything it was told, in order. */
export interface MemoryMeter extends Meter {
  readonly hops: { hop: Hop; ms: number; labels: HopLabels }[];
  readonly calls: CallRecord[];
  readonly retries: { code: FailureCode; call: CallLabels }[];
  readonly throttlings: CallLabels[];
  readonly refusals: RefusalCode[];
  readonly endings: { ending: Ending['name']; call: CallLabels }[];
}

export function memoryMeter(): MemoryMeter {
  const meter: Omit<MemoryMeter, keyof Meter> = {
    hops: [],
    calls: [],
    retries: [],
    throttlings: [],
    refusals: [],
    endings: [],
  };
  return {
    ...meter,
    hop(hop, ms, labels) {
      if (isMeasure(ms)) meter.hops.push({ hop, ms, labels });
    },
    called(record) {
      if (isMeasure(record.ms)) meter.calls.push(record);
    },
    retried(code, call) {
      meter.retries.push({ code, call });
    },
    throttled(call) {
      meter.throttlings.push(call);
    },
    refused(code) {
      meter.refusals.push(code);
    },
    ended(ending, call) {
      meter.endings.push({ ending, call });
    },
  };
}
