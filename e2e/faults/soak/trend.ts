import type { Sample } from './sample.ts';

type Figure = 'heap' | 'external' | 'rss' | 'files' | 'timers' | 'connections';

/** How far a figure may be above its baseline at the end. */
interface Bound {
  readonly figure: Figure;
  readonly unit: number;
  readonly name: string;
  /** In units. */
  readonly spare: number;
}

const bounds: readonly Bound[] = [
  { figure: 'heap', name: 'heap (MiB)', unit: 2 ** 20, spare: 8 },
  { figure: 'external', name: 'external (MiB)', unit: 2 ** 20, spare: 8 },
  // The pages that allocators keep come and go; what the database's own thread loses shows nowhere else.
  { figure: 'rss', name: 'rss (MiB)', unit: 2 ** 20, spare: 200 },
  { figure: 'files', name: 'files', unit: 1, spare: 16 },
  { figure: 'timers', name: 'timers', unit: 1, spare: 16 },
  { figure: 'connections', name: 'connections', unit: 1, spare: 16 },
];

export interface Trend {
  readonly name: string;
  readonly baseline: number;
  readonly end: number;
  /** Least squares, per hour. */
  readonly slope: number;
  /** Both the end and the fitted line are too far above where they began. */
  readonly grows: boolean;
}

/** What became of each figure over samples at rest, the first third of which only warms up. Needs three. */
export function trends(samples: readonly Sample[]): Trend[] {
  const judged = samples.slice(Math.max(1, Math.floor(samples.length / 3)));
  const [first, last] = [judged[0], judged.at(-1)];
  if (first === undefined || last === undefined || first === last)
    throw new Error('too few samples to tell anything');
  return bounds.map(({ figure, name, unit, spare }) => {
    const points = judged.map((sample) => ({ x: sample.at, y: sample[figure] / unit }));
    const perMinute = slopeOf(points);
    const baseline = first[figure] / unit;
    const end = last[figure] / unit;
    const fitted = perMinute * (last.at - first.at);
    return { name, baseline, end, slope: perMinute * 60, grows: fitted > spare && end - baseline > spare };
  });
}

/** Least squares. */
export function slopeOf(points: ReadonlyArray<{ readonly x: number; readonly y: number }>): number {
  const mean = (pick: (point: { x: number; y: number }) => number) =>
    points.reduce((sum, point) => sum + pick(point), 0) / points.length;
  const [x, y] = [mean((point) => point.x), mean((point) => point.y)];
  const spread = mean((point) => (point.x - x) ** 2);
  return spread === 0 ? 0 : mean((point) => (point.x - x) * (point.y - y)) / spread;
}

export function trendLine({ name, baseline, end, slope, grows }: Trend): string {
  const figures = `${baseline.toFixed(1)} → ${end.toFixed(1)}, ${slope >= 0 ? '+' : ''}${slope.toFixed(1)} per hour`;
  return `${grows ? '✗' : '✓'} ${name.padEnd(16)} ${figures}`;
}
