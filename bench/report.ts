import type { Measured } from './job.ts';

/** The figures of one server: medians over its rounds; null where something could not be measured. */
export interface Figures {
  /** Microseconds of processor time for each token while nothing but tokens flows. */
  cpuPerToken: number | null;
  /** Of these, what worker threads take: in Weir the embedded database. */
  cpuPerTokenOfWorkers: number | null;
  /** Milliseconds of processor time for each answer, from the request to the stored ending. */
  cpuPerAnswer: number | null;
  /** KiB. */
  memoryPerStream: number | null;
  /** Milliseconds beyond the upstream's own. */
  firstTextP50: number | null;
  firstTextP99: number | null;
  delayP50: number | null;
  delayP99: number | null;
  tokensPerSecond: number | null;
  completed: number;
  failed: number;
  lost: number;
  doubled: number;
  reordered: number;
  garbled: number;
}

export function figuresOf(rounds: readonly Measured[]): Figures {
  const middle = (value: (round: Measured) => number | null) => median(rounds.map(value));
  const sum = (value: (round: Measured) => number) => rounds.reduce((all, round) => all + value(round), 0);
  return {
    cpuPerToken: middle(({ steady }) => steady && steady.cpu.total / steady.words),
    cpuPerTokenOfWorkers: middle(({ steady }) => steady && steady.cpu.workers / steady.words),
    cpuPerAnswer: middle(({ cpu, completed }) => cpu && cpu.total / 1_000 / Math.max(1, completed)),
    memoryPerStream: middle(({ memoryKiB, completed }) => memoryKiB && memoryKiB / Math.max(1, completed)),
    firstTextP50: middle(({ firstText }) => firstText?.p50 ?? null),
    firstTextP99: middle(({ firstText }) => firstText?.p99 ?? null),
    delayP50: middle(({ delay }) => delay?.p50 ?? null),
    delayP99: middle(({ delay }) => delay?.p99 ?? null),
    tokensPerSecond: middle(({ steady }) => steady && (steady.words / steady.ms) * 1_000),
    completed: sum(({ completed }) => completed),
    failed: sum(({ failed }) => failed),
    lost: sum(({ lost }) => lost),
    doubled: sum(({ doubled }) => doubled),
    reordered: sum(({ reordered }) => reordered),
    garbled: sum(({ garbled }) => garbled),
  };
}

/** Of the values that are there; null when none is. */
export function median(values: readonly (number | null)[]): number | null {
  const sorted = values.filter((value) => value !== null).sort((a, b) => a - b);
  const upper = sorted[sorted.length >> 1];
  const lower = sorted[(sorted.length - 1) >> 1];
  return upper === undefined || lower === undefined ? null : (lower + upper) / 2;
}

/** True when every answer arrived whole. Speed is no failure. */
export function isWhole({ failed, lost, doubled, reordered, garbled }: Figures): boolean {
  return failed + lost + doubled + reordered + garbled === 0;
}

const rows: [label: string, name: keyof Figures, hasRatio: boolean][] = [
  ['CPU per token, µs', 'cpuPerToken', true],
  ['  of it worker threads, µs', 'cpuPerTokenOfWorkers', false],
  ['CPU per whole answer, ms', 'cpuPerAnswer', true],
  ['memory per stream, KiB', 'memoryPerStream', true],
  ['first text, p50, ms', 'firstTextP50', false],
  ['first text, p99, ms', 'firstTextP99', false],
  ['added delay, p50, ms', 'delayP50', false],
  ['added delay, p99, ms', 'delayP99', false],
  ['tokens per second', 'tokensPerSecond', true],
  ['answers completed', 'completed', false],
  ['answers failed', 'failed', false],
  ['words lost', 'lost', false],
  ['words doubled', 'doubled', false],
  ['words out of order', 'reordered', false],
  ['texts garbled', 'garbled', false],
];

export function table(weir: Figures, relay: Figures): string {
  const lines = rows.map(([label, name, hasRatio]) => {
    const ratio = hasRatio ? ratioOf(weir[name], relay[name]) : null;
    return line(label, shown(weir[name]), shown(relay[name]), ratio === null ? '' : `${ratio.toFixed(2)} ×`);
  });
  return [line('', 'Weir', 'bare relay', 'ratio'), ...lines].join('\n');
}

export function ratioOf(weir: number | null, relay: number | null): number | null {
  return weir === null || relay === null || relay === 0 ? null : weir / relay;
}

function line(label: string, weir: string, relay: string, ratio: string): string {
  return `${label.padEnd(28)}${weir.padStart(12)}${relay.padStart(12)}${ratio.padStart(10)}`.trimEnd();
}

function shown(value: number | null): string {
  if (value === null) return '–';
  if (Number.isInteger(value)) return String(value);
  return value >= 100 ? value.toFixed(0) : value.toFixed(value >= 10 ? 1 : 2);
}
