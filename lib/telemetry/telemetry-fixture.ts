import { onTestFinished } from 'vitest';
import { type MemoryLog, memoryLog } from './memory-log.ts';
import { type OtelOptions, openTelemetry } from './otel-telemetry.ts';
import { type Scrape, scrape } from './scrape-fixture.ts';
import type { GateSight, Sights, Telemetry } from './telemetry.ts';

export interface Bench {
  telemetry: Telemetry;
  log: MemoryLog;
  /** `/metrics` as Prometheus reads it. */
  scraped(): Promise<Scrape>;
}

/** Telemetry that ends with the test. */
export async function telemetryBench(options: Partial<OtelOptions> = {}): Promise<Bench> {
  const log = memoryLog();
  const telemetry = await openTelemetry({ collector: null, log, now: Date.now, lastWordsMs: 50, ...options });
  onTestFinished(() => telemetry.close());
  return { telemetry, log, scraped: async () => scrape(await telemetry.exposition()) };
}

const idle: GateSight = {
  limit: 8,
  held: 0,
  oldestWaitMs: 0,
  classes: { interactive: { held: 0, waiting: 0 } },
  lanes: [],
};

export function sightsOf(some: Partial<Sights>): Sights {
  return { gate: () => idle, generations: () => 0, sockets: () => 0, bufferedBytes: () => 0, ...some };
}
