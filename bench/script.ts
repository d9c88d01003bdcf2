/** What one paced answer looks like. It travels as the name of a model, so that nothing but that name has to be passed on. */
export interface Script {
  tokens: number;
  /** Milliseconds from one token to the next. */
  everyMs: number;
  /** Milliseconds from the request to the first token. */
  firstMs: number;
}

export function modelName({ tokens, everyMs, firstMs }: Script): string {
  return `bench-t${tokens}-d${everyMs}-f${firstMs}`;
}

/** Null when the name is none of ours. */
export function scriptOf(model: string): Script | null {
  const [, tokens, everyMs, firstMs] = /^bench-t([1-9]\d*)-d(\d+)-f(\d+)$/.exec(model) ?? [];
  if (tokens === undefined) return null;
  return { tokens: Number(tokens), everyMs: Number(everyMs), firstMs: Number(firstMs) };
}

/** Milliseconds from the request to the last token. */
export function lengthMs({ tokens, everyMs, firstMs }: Script): number {
  return firstMs + (tokens - 1) * everyMs;
}
