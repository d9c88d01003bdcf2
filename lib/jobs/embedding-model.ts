import type { Models } from '#lib/upstream/model.ts';
import type { ModelInfo } from '#lib/wire/chat.ts';

/**
 * The model that makes the vectors of the search: the configured one, also while it is away, so that no other one takes its
 * place and all has to be made anew; else the first that there is. Null when there is none.
 * @param wanted full id or bare name
 */
export function searchModel(
  models: Pick<Models, 'embeddingModels'>,
  wanted: string | null,
): ModelInfo | null {
  const all = models.embeddingModels();
  if (wanted === null) return all[0] ?? null;
  return all.find(({ id }) => id === wanted) ?? all.find(({ label }) => label === wanted) ?? null;
}
