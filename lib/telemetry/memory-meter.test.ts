import { describe } from 'vitest';
import { memoryMeter } from './memory-meter.ts';
import { meterContract } from './meter.contract.ts';

describe('the meter in memory', () => {
  meterContract(async () => {
    const meter = memoryMeter();
    const { hops, calls, retries, throttlings, refusals, endings } = meter;
    const used = (side: 'tokensIn' | 'tokensOut') =>
      calls.reduce((sum, { usage }) => sum + (usage?.[side] ?? 0), 0);
    return {
      meter,
      read: async () => ({
        hop(name, inClass) {
          const mine = hops.filter(({ hop, labels }) => hop === name && labels.class === inClass);
          return { times: mine.length, ms: mine.reduce((sum, { ms }) => sum + ms, 0) };
        },
        calls: (wanted) => calls.filter(({ error }) => error === wanted).length,
        firstDeltas: () => calls.filter(({ firstDeltaMs }) => firstDeltaMs !== null).length,
        tokens: () => ({ in: used('tokensIn'), out: used('tokensOut') }),
        retries: (wanted) => retries.filter(({ code }) => code === wanted).length,
        throttlings: (wanted) => throttlings.filter(({ model }) => model === wanted).length,
        refusals: (wanted) => refusals.filter((code) => code === wanted).length,
        endings: (wanted) => endings.filter(({ ending }) => ending === wanted).length,
      }),
    };
  });
});
