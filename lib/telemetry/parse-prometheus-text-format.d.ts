declare module 'parse-prometheus-text-format' {
  /** Of a counter, a gauge or an untyped metric. */
  interface Sample {
    labels?: Record<string, string>;
    value: string;
  }

  export interface Family {
    name: string;
    help: string;
    type: 'COUNTER' | 'GAUGE' | 'HISTOGRAM' | 'SUMMARY' | 'UNTYPED';
    metrics: Sample[];
  }

  /** @throws for a line that is none */
  export default function parse(text: string): Family[];
}
