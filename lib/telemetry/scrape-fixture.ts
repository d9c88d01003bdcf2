import parse, { type Family } from 'parse-prometheus-text-format';

export interface Scrape {
  /** What there is, with types and help. Of histograms the parser forgets the labels; see `samples`. */
  readonly families: readonly Family[];
  /** Every line with a value, buckets and all. */
  readonly samples: readonly { name: string; labels: Record<string, string>; value: number }[];
  /** The value, or the count of a histogram, summed over all series that have these labels. */
  count(name: string, labels?: Record<string, string>): number;
  /** The sum of a histogram over the same series. */
  sum(name: string, labels?: Record<string, string>): number;
  /** The labels of every series of that name. */
  labelsOf(name: string): Record<string, string>[];
}

/** What a Prometheus server would make of the text. */
export function scrape(text: string): Scrape {
  const families = parse(text);
  const samples = parse(text.replaceAll(/^(# TYPE \S+) histogram$/gm, '$1 untyped')).flatMap(
    ({ name, metrics }) => metrics.map(({ labels = {}, value }) => ({ name, labels, value: Number(value) })),
  );
  const isHistogram = new Set(families.filter(({ type }) => type === 'HISTOGRAM').map(({ name }) => name));
  const series = (name: string, wanted: Record<string, string> = {}) =>
    samples.filter(
      (sample) =>
        sample.name === name &&
        Object.entries(wanted).every(([label, value]) => sample.labels[label] === value),
    );
  const total = (name: string, labels?: Record<string, string>) =>
    series(name, labels).reduce((sum, { value }) => sum + value, 0);
  const counted = (name: string) => (isHistogram.has(name) ? `${name}_count` : name);
  return {
    families,
    samples,
    count: (name, labels) => total(counted(name), labels),
    sum: (name, labels) => total(`${name}_sum`, labels),
    labelsOf: (name) => series(counted(name)).map(({ labels }) => labels),
  };
}
