import * as z from 'zod';
import { Secret } from './secret.ts';
import { apiKey, modelServer, type Settings } from './settings.ts';

/** An OTLP collector over HTTP. */
export interface CollectorConfig {
  /** `/v1/metrics` and `/v1/traces` are appended to it. */
  readonly endpoint: string;
  /** By name, in lower case; values are often keys. */
  readonly headers: Readonly<Record<string, Secret>>;
}

export function measuring(settings: Settings) {
  return {
    metricsToken: settings.secret('WEIR_METRICS_TOKEN', {
      schema: apiKey.schema.min(16),
      expected: 'at least 16 visible ASCII characters without spaces (openssl rand -hex 32)',
    }),
    collector: collector(settings),
  };
}

/** The names are OpenTelemetry's own. */
function collector(settings: Settings): CollectorConfig | null {
  const endpoint = settings.value('OTEL_EXPORTER_OTLP_ENDPOINT', {
    schema: modelServer,
    expected: 'an http or https address without credentials, for example http://127.0.0.1:4318',
    hidden: settings.text('OTEL_EXPORTER_OTLP_ENDPOINT')?.includes('@') === true,
  });
  const headers = settings.value('OTEL_EXPORTER_OTLP_HEADERS', {
    schema: headerList,
    expected: 'headers like api-key=…,x-team=chat, with percent-encoded values',
    hidden: true,
  });
  return endpoint === null ? null : { endpoint, headers: headers ?? {} };
}

const pair = /^\s*([\w!#$%&'*+.^`|~-]+)=([\x21-\x7e]*)\s*$/;

const headerList = z.string().transform((text, context): Record<string, Secret> => {
  const headers = text.split(',').map((part) => {
    const [, name = '', value = ''] = pair.exec(part) ?? [];
    return { name: name.toLowerCase(), value: decoded(value) };
  });
  if (headers.some(({ name, value }) => name === '' || value === null))
    context.addIssue('not a list of headers');
  return Object.fromEntries(headers.map(({ name, value }) => [name, new Secret(value ?? '')]));
});

/** Null for what no header can hold. */
function decoded(value: string): string | null {
  try {
    const text = decodeURIComponent(value);
    return /^[\x20-\x7e]*$/.test(text) ? text : null;
  } catch {
    return null;
  }
}
