import type { Weir } from '../weir.ts';

/** For `nodeArgs` of a server whose `kept` is asked for. */
export const keptArgs = ['--import', new URL('preload/checkpoints.mjs', import.meta.url).href] as const;

/** How much of each answer the database has kept, UTF-16 units by generation: only that outlives a process. */
export function kept(weir: Weir): ReadonlyMap<string, number> {
  return new Map(
    [...weir.logs().matchAll(/^kept (\S+) (\d+)$/gm)].map(([, id = '', units]) => [id, Number(units)]),
  );
}
