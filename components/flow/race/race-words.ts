import { failureSentence } from '#lib/wire/error-code.ts';
import type { Race, RaceRun } from '#lib/wire/flow.ts';

/** @param ms milliseconds; finer than a person needs to wait, as fine as one needs to compare. Never torn over two lines. */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)}\u00a0s`;
}

/** How it came out, from the server's figures only; null while nothing can be said. */
export function outcome({ state, oneByOneMs, atOnceMs, speedUp }: Race): string | null {
  if (state === 'stopped') return 'Stopped: there is nothing to compare.';
  if (state === 'failed') return 'A prompt failed, so there is nothing to compare.';
  if (state === 'running' || oneByOneMs === null || atOnceMs === null || speedUp === null) return null;
  const times = `${seconds(atOnceMs)} instead of ${seconds(oneByOneMs)}`;
  const factor = speedUp.toFixed(1);
  return factor === '1.0' ? `${times}: no difference` : `${times}: ${factor} times as fast`;
}

/** How many can be under way at once, and what says so; null when all can. */
export function capWords(prompts: number, gateLimit: number | null, laneLimit: number | null): string | null {
  const limit = Math.min(gateLimit ?? Number.POSITIVE_INFINITY, laneLimit ?? Number.POSITIVE_INFINITY);
  if (limit >= prompts) return null;
  const why = limit === gateLimit ? 'WEIR_MAX_UPSTREAM' : 'the limit of this model';
  return `at most ${limit} at once: ${why}`;
}

/** One run for those who cannot see its bar. */
export function runWords(run: RaceRun): string {
  const { askedAt, startedAt, firstTokenAt, endedAt } = run;
  const parts = [
    span('waited', askedAt, startedAt),
    span('first token after', startedAt, firstTokenAt),
    span('streamed for', firstTokenAt, endedAt),
  ].filter((part) => part !== null);
  return [`Prompt ${run.prompt + 1}: ${stateNames[run.state]}`, ...parts].join(', ');
}

/** The reasons why runs failed, each once. */
export function failuresOf({ runs }: Race): string[] {
  const codes = runs.flatMap(({ code, state }) => (code === null || state === 'stopped' ? [] : [code]));
  return [...new Set(codes)].map((code) => failureSentence[code]);
}

const stateNames: Record<RaceRun['state'], string> = {
  waiting: 'waiting',
  running: 'running',
  done: 'done',
  failed: 'failed',
  stopped: 'stopped',
};

function span(words: string, from: number | null, to: number | null): string | null {
  return from === null || to === null ? null : `${words} ${seconds(to - from)}`;
}
