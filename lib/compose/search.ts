import { randomUUID } from 'node:crypto';
import type { Config } from '../config.ts';
import { Search, type SearchPorts } from '../jobs/search.ts';
import { SearchIndex } from '../jobs/search-index.ts';
import type { Ground } from './ground.ts';

export type SearchParts = ReturnType<typeof composeSearch>;

/** Search over one's own messages, and what makes their vectors. */
export function composeSearch(
  { storage }: Pick<Ground, 'storage'>,
  work: Omit<SearchPorts, 'search' | 'newId' | 'embeddingModel'>,
  { embeddingModel }: Pick<Config, 'embeddingModel'>,
) {
  const ports = { ...work, search: storage.search, newId: randomUUID, embeddingModel };
  return { search: new Search(ports), index: new SearchIndex(ports) };
}
