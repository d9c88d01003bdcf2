import type { ItemChange, StageOutput } from './batch-store.ts';

export const EXCERPT = 240;

/** The beginning of a text, for a line of a table. */
export function excerpt(text: string): string {
  return text.slice(0, EXCERPT).toWellFormed();
}

export function outputExcerpt({ outputs }: Pick<ItemChange, 'outputs'>): string | null {
  const last = outputs.at(-1);
  return last === undefined ? null : excerpt(last.text);
}

export function tokensOf({ outputs }: { outputs: readonly StageOutput[] }) {
  return {
    tokensIn: outputs.reduce((sum, each) => sum + each.tokensIn, 0),
    tokensOut: outputs.reduce((sum, each) => sum + each.tokensOut, 0),
  };
}
