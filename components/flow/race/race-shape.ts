import type { Race, RaceRun } from '#lib/wire/flow.ts';

export type Part = 'waiting' | 'first-token' | 'streaming';

/** A stretch of one run, in milliseconds since the start of its half. */
export interface Stretch {
  part: Part;
  from: number;
  to: number;
}

export interface Bar {
  run: RaceRun;
  stretches: Stretch[];
}

export interface Half {
  bars: Bar[];
  /** From the first request until now or the last ending; null before it began. */
  elapsedMs: number | null;
}

/** @param now milliseconds since 1970, server clock */
export function half(race: Race, mode: RaceRun['mode'], now: number): Half {
  const runs = race.runs.filter((run) => run.mode === mode);
  const asked = runs.flatMap(({ askedAt }) => (askedAt === null ? [] : [askedAt]));
  if (asked.length === 0) return { bars: runs.map((run) => ({ run, stretches: [] })), elapsedMs: null };
  const start = Math.min(...asked);
  const bars = runs.map((run) => ({ run, stretches: stretches(run, start, endOf(run, now)) }));
  const told = mode === 'one-by-one' ? race.oneByOneMs : race.atOnceMs;
  return { bars, elapsedMs: told ?? Math.max(...runs.map((run) => endOf(run, now))) - start };
}

/** Milliseconds that both halves are drawn on, so that equal lengths are equal times. */
export function scaleOf(...halves: Half[]): number {
  return Math.max(1_000, ...halves.map(({ elapsedMs }) => elapsedMs ?? 0));
}

/** Round moments from 0 on, at most six. */
export function ticks(scale: number): number[] {
  const unit = 10 ** Math.floor(Math.log10(scale));
  const step = [0.2, 0.25, 0.5, 1, 2].map((factor) => factor * unit).find((one) => scale / one < 6) ?? scale;
  return Array.from({ length: Math.floor(scale / step) + 1 }, (_, at) => at * step);
}

/** What is still on its way lasts until now; what never began lasts nothing. */
function endOf(run: RaceRun, now: number): number {
  if (run.endedAt !== null) return run.endedAt;
  const isOn = run.state === 'waiting' || run.state === 'running';
  const last = run.firstTokenAt ?? run.startedAt ?? run.askedAt ?? 0;
  return isOn && run.askedAt !== null ? Math.max(now, last) : last;
}

function stretches({ askedAt, startedAt, firstTokenAt }: RaceRun, start: number, end: number): Stretch[] {
  if (askedAt === null) return [];
  const begun = startedAt ?? end;
  const first = firstTokenAt ?? end;
  const all: Stretch[] = [
    { part: 'waiting', from: askedAt - start, to: begun - start },
    { part: 'first-token', from: begun - start, to: first - start },
    { part: 'streaming', from: first - start, to: end - start },
  ];
  return all.filter(({ from, to }) => to > from);
}
