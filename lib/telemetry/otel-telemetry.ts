import { randomUUID } from 'node:crypto';
import { setTimeout as timeout } from 'node:timers/promises';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { ModelBound } from './bounds.ts';
import { CollectorNews } from './collector-news.ts';
import type { Log } from './log.ts';
import { LoopDelay } from './loop-delay.ts';
import { observeLoop, observeSights } from './otel-gauges.ts';
import { otelMeter } from './otel-meter.ts';
import { PrometheusReader } from './otel-prometheus.ts';
import type { Collector } from './otel-push.ts';
import type { Telemetry } from './telemetry.ts';

export interface OtelOptions {
  /** Null: nothing is sent anywhere. */
  collector: Collector | null;
  log: Log;
  /** Milliseconds since 1970. */
  now: () => number;
  /** How often metrics are sent, milliseconds. */
  everyMs?: number;
  /** Models with series of their own. */
  mostModels?: number;
  /** Milliseconds that the collector may take for a batch, tries included. */
  patienceMs?: number;
  /** Milliseconds that `close` may take. */
  lastWordsMs?: number;
}

/** Series of one metric; more are counted together by the SDK. */
const cardinalityLimit = 5_000;
const usual = { everyMs: 30_000, patienceMs: 5_000, lastWordsMs: 2_000, mostModels: 100 };

/** One set of instruments, read by whoever asks for `/metrics` and sent to the collector if there is one. */
export async function openTelemetry(options: OtelOptions): Promise<Telemetry> {
  const { collector, log, now, mostModels, lastWordsMs, ...pace } = { ...usual, ...options };
  const resource = resourceFromAttributes({ 'service.name': 'weir', 'service.instance.id': randomUUID() });
  const news = new CollectorNews(log, now);
  const ports = { resource, news, cardinalityLimit, ...pace };
  // Some fifty milliseconds of loading that nobody pays without a collector.
  const push = collector && (await import('./otel-push.ts')).openPush({ collector, ...ports });
  const scrape = new PrometheusReader(cardinalityLimit);
  const provider = new MeterProvider({ resource, readers: push === null ? [scrape] : [scrape, push.reader] });
  const api = provider.getMeter('weir');
  const models = new ModelBound(mostModels);
  const loop = new LoopDelay();
  observeLoop(api, loop);
  return {
    meter: otelMeter(api, models, push === null ? null : (record) => push.trace(record)),
    observe: (sights) => observeSights(api, sights, models),
    async exposition() {
      const { text, errors } = await scrape.exposition();
      for (const err of errors) log.warn({ err }, 'a metric could not be read');
      return text;
    },
    async close() {
      loop.close();
      await within(lastWordsMs, Promise.allSettled([provider.shutdown(), push?.close()]));
    },
  };
}

/** Resolves with the work or with the time, whichever is first. */
async function within(ms: number, work: Promise<unknown>): Promise<void> {
  const patience = new AbortController();
  const late = timeout(ms, undefined, { signal: patience.signal }).catch(() => 'the work was quicker');
  await Promise.race([work, late]);
  patience.abort();
}
