import type { Call } from '../upstream.ts';

/** By how many turns somebody was ever ahead of somebody else; each has as many calls as the others. */
export function mostAhead(calls: readonly Call[][]): number {
  const had = calls.map(() => 0);
  const inOrder = calls
    .flatMap((mine, at) => mine.map(({ startedAt }) => ({ at, startedAt })))
    .sort((one, other) => one.startedAt - other.startedAt);
  const leads = inOrder.map(({ at }) => {
    had[at] = (had[at] ?? 0) + 1;
    return Math.max(...had) - Math.min(...had);
  });
  return Math.max(...leads);
}
