import { ROOT_CONTEXT, SpanKind, SpanStatusCode, type Tracer } from '@opentelemetry/api';
import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import type { Resource } from '@opentelemetry/resources';
import { type MetricReader, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import type { CollectorNews } from './collector-news.ts';
import type { CallRecord } from './meter.ts';
import { callAttributes } from './otel-meter.ts';

export interface Collector {
  /** `/v1/metrics` and `/v1/traces` are appended to it. */
  readonly endpoint: string;
  /** They show themselves only here: values are often keys. */
  readonly headers: Readonly<Record<string, { reveal(): string }>>;
}

export interface Push {
  readonly reader: MetricReader;
  /** One span for a call that is over. */
  trace(record: CallRecord): void;
  close(): Promise<void>;
}

export interface PushPorts {
  collector: Collector;
  resource: Resource;
  news: CollectorNews;
  cardinalityLimit: number;
  everyMs: number;
  /** A collector that takes longer than this has lost the batch. */
  patienceMs: number;
}

/** Spans that wait at most; beyond them new ones are dropped. */
const MOST_SPANS = 2_048;

/** Sends metrics and spans to a collector over OTLP. Loaded only when there is one. */
export function openPush(ports: PushPorts): Push {
  const { collector, resource, news, cardinalityLimit, everyMs, patienceMs } = ports;
  const headers = Object.fromEntries(
    Object.entries(collector.headers).map(([name, value]) => [name, value.reveal()]),
  );
  const at = (signal: 'metrics' | 'traces') => ({
    url: `${collector.endpoint.replace(/\/+$/, '')}/v1/${signal}`,
    headers: { ...headers },
    timeoutMillis: patienceMs,
  });
  const reader = new PeriodicExportingMetricReader({
    exporter: telling(new OTLPMetricExporter(at('metrics')), news),
    exportIntervalMillis: everyMs,
    exportTimeoutMillis: Math.min(everyMs, 2 * patienceMs),
    cardinalityLimits: { default: cardinalityLimit },
  });
  const processor = new BatchSpanProcessor({
    exporter: telling(new OTLPTraceExporter(at('traces')), news),
    maxQueueSize: MOST_SPANS,
    exportTimeoutMillis: 2 * patienceMs,
  });
  const spans = new TracerProvider({ resource, spanProcessors: [processor] });
  const tracer = spans.getTracer('weir');
  return { reader, trace: (record) => trace(tracer, record), close: () => spans.shutdown() };
}

/**
 * Failures go to the news and no further: the SDK would pass them to a handler of the whole process, once for every batch.
 */
function telling<T, E extends { export(items: T, done: (result: ExportResult) => void): void }>(
  exporter: E,
  news: CollectorNews,
): E {
  const send = exporter.export.bind(exporter);
  exporter.export = (items, done) =>
    send(items, ({ code, error }) => {
      if (code === ExportResultCode.SUCCESS) news.arrived();
      else news.missed(codeOf(error));
      done({ code: ExportResultCode.SUCCESS });
    });
  return exporter;
}

function codeOf(error: unknown): string | number {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  return typeof code === 'string' || typeof code === 'number' ? code : 'not taken';
}

/** A span is made when all is known, so that a call carries nothing of this while it runs. */
function trace(
  tracer: Tracer,
  { call, startedAt, ms, firstDeltaMs, usage, finish, error }: CallRecord,
): void {
  const attributes = {
    ...callAttributes(call),
    'gen_ai.request.stream': call.operation === 'chat',
    ...(firstDeltaMs === null ? {} : { 'gen_ai.response.time_to_first_chunk': firstDeltaMs / 1000 }),
    ...(finish === null ? {} : { 'gen_ai.response.finish_reasons': [finish] }),
    ...(usage === null
      ? {}
      : {
          'gen_ai.usage.input_tokens': usage.tokensIn,
          'gen_ai.usage.output_tokens': usage.tokensOut,
        }),
    ...(error === null ? {} : { 'error.type': error }),
  };
  const name = `${call.operation} ${call.model}`;
  const options = { kind: SpanKind.CLIENT, startTime: new Date(startedAt), attributes };
  const span = tracer.startSpan(name, options, ROOT_CONTEXT);
  // A stop is what somebody wanted, not a fault.
  if (error !== null && error !== 'aborted') span.setStatus({ code: SpanStatusCode.ERROR });
  span.end(new Date(startedAt + ms));
}
