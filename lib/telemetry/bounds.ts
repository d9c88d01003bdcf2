import type { CallLabels } from './meter.ts';

/** Whether a number can be counted. */
export const isMeasure = (value: number): boolean => Number.isFinite(value) && value >= 0;

const longestName = 120;
const others = { upstream: 'other', model: 'other' };

/**
 * Keeps the number of series finite. Models come from configuration and from what servers list, which can be a thousand
 * names or nonsense: those beyond the first `most` are counted together as `other`.
 */
export class ModelBound {
  readonly #most: number;
  readonly #known = new Set<string>();

  constructor(most: number) {
    this.#most = most;
  }

  of({ upstream, model, operation }: CallLabels): CallLabels {
    const short = { upstream: clipped(upstream), model: clipped(model) };
    const name = `${short.upstream}/${short.model}`;
    if (this.#known.size < this.#most) this.#known.add(name);
    return { ...(this.#known.has(name) ? short : others), operation };
  }
}

const clipped = (name: string) => name.slice(0, longestName).toWellFormed();
