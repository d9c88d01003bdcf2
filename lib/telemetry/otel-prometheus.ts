import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { type MetricData, MetricReader, type ResourceMetrics } from '@opentelemetry/sdk-metrics';

/** Units that Prometheus wants in the name; the exporter of the collector does the same, so dashboards fit both. */
const suffixes: Readonly<Record<string, string>> = { s: '_seconds', By: '_bytes' };

/** Reads all metrics when it is asked to, and keeps nothing in between. */
export class PrometheusReader extends MetricReader {
  readonly #serializer = new PrometheusSerializer('', false, undefined, true, true);

  constructor(cardinalityLimit: number) {
    super({ cardinalitySelector: () => cardinalityLimit });
  }

  /** @returns the text, and what could not be read for it */
  async exposition(): Promise<{ text: string; errors: unknown[] }> {
    const { resourceMetrics, errors } = await this.collect();
    return { text: this.#serializer.serialize(withUnits(resourceMetrics)), errors };
  }

  /** Nothing is sent, so nothing can be left. */
  protected override onForceFlush(): Promise<void> {
    return Promise.resolve();
  }

  protected override onShutdown(): Promise<void> {
    return Promise.resolve();
  }
}

function withUnits({ resource, scopeMetrics }: ResourceMetrics): ResourceMetrics {
  return {
    resource,
    scopeMetrics: scopeMetrics.map(({ scope, metrics }) => ({ scope, metrics: metrics.map(named) })),
  };
}

function named(metric: MetricData): MetricData {
  const { name, unit } = metric.descriptor;
  return { ...metric, descriptor: { ...metric.descriptor, name: name + (suffixes[unit] ?? ''), unit: '' } };
}
