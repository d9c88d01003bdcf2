import { randomUUID } from 'node:crypto';
import { setTimeout as timeout } from 'node:timers/promises';
import { Gate } from '#lib/gate/gate.ts';
import { wakeInTime } from '#lib/generation/gate-alarm.ts';
import { RetryBudget } from '#lib/generation/retry.ts';
import type { ChatStore } from '#lib/store/chat-store.ts';
import { memoryChatStore } from '#lib/store/memory-chat-store.ts';
import { memoryMeter } from '#lib/telemetry/memory-meter.ts';
import type { Models } from '#lib/upstream/model.ts';
import { scriptedModels } from '#lib/upstream/scripted-model.ts';
import type { NewAnalyses } from '#lib/wire/analysis.ts';
import { Analyses } from './analyses.ts';

export const model = 'test/model';
export const anna = 'anna';

interface AnalysingOptions {
  limit?: number;
  models?: Models;
  store?: ChatStore;
  clock?: () => number;
}

/** Analyses at a gate of so many permits, in real time if nothing else is said; the test answers the calls. To be closed. */
export function analysing(options: AnalysingOptions = {}) {
  const { limit = 30, store = memoryChatStore({ now: Date.now }) } = options;
  const script = scriptedModels(model);
  const clock = options.clock ?? (() => performance.now());
  const gate = new Gate({ limit, now: clock });
  const analyses = new Analyses({
    ...{ gate, clock, store, models: options.models ?? script },
    retries: new RetryBudget(clock),
    random: () => 0,
    sleep: (ms, signal) => timeout(ms, undefined, { signal }),
    flow: { retried: () => undefined },
    meter: memoryMeter(),
    newId: randomUUID,
    queueMs: 60_000,
  });
  return { analyses, gate, script, store, close: wakeInTime(gate, clock) };
}

export function wanting(given: Partial<NewAnalyses> = {}): NewAnalyses {
  return {
    text: 'The weir was built in 1890.',
    model,
    kinds: ['summary', 'sentiment', 'facts'],
    questions: [],
    ...given,
  };
}
