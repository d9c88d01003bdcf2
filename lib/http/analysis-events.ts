import type { AnalysisRun, Progress } from '#lib/jobs/analysis-run.ts';
import type { AnalysisEvent } from '#lib/wire/analysis.ts';

/** So often a reader hears that there is nothing new, so that no proxy takes the silence for an end. */
const BEAT_MS = 15_000;

/**
 * How a run goes on, until its last analysis has ended: read when the reader has room, so that a slow one gets larger pieces.
 * Null is a beat.
 * @param signal aborts when the reader has gone
 */
export async function* analysisEvents(
  run: AnalysisRun,
  signal: AbortSignal,
  beatMs: number = BEAT_MS,
): AsyncGenerator<AnalysisEvent | null> {
  const places = run.progress.map((progress, at) => ({ progress, at, news: 0, text: 0, isOver: false }));
  while (!signal.aborted) {
    let isNew = false;
    // One event of each in turn: a long text holds up no other.
    for (const place of places) {
      const event = next(place);
      if (event === null) continue;
      isNew = true;
      yield event;
    }
    if (isNew) continue;
    if (run.times !== null) {
      yield { type: 'times', ...run.times };
      return;
    }
    if (!(await change(run, signal, beatMs))) yield null;
  }
}

interface Place {
  readonly progress: Progress;
  readonly at: number;
  news: number;
  text: number;
  isOver: boolean;
}

/** What this reader has not seen of one analysis; null when it has seen all. */
function next(place: Place): AnalysisEvent | null {
  const { progress, at: analysis } = place;
  const news = progress.news[place.news];
  if (news !== undefined) {
    place.news += 1;
    return news;
  }
  if (progress.text.length > place.text) {
    const at = place.text;
    place.text = progress.text.length;
    return { type: 'delta', analysis, at, text: progress.text.slice(at) };
  }
  if (place.isOver) return null;
  place.isOver = progress.ending !== null;
  return progress.ending;
}

/** Resolves with the next change, or when the reader has gone; to false when nothing has changed for a while. */
function change(run: AnalysisRun, signal: AbortSignal, ms: number): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (isNew: boolean) => {
      clearTimeout(timer);
      stop();
      signal.removeEventListener('abort', go);
      resolve(isNew);
    };
    const go = () => end(true);
    const timer = setTimeout(() => end(false), ms);
    const stop = run.onChange(go);
    signal.addEventListener('abort', go, { once: true });
    if (signal.aborted) go();
  });
}
