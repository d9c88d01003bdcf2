import { afterAll, beforeAll, describe } from 'vitest';
import { type OpenSearch, SearchBench } from './contract/search-bench.ts';
import { describePlaces, describeWords } from './contract/search-cases.ts';
import { describeVectors } from './contract/search-vector-cases.ts';

/** Every promise of the port, for each implementation of it. */
export function describeMessageSearch(name: string, open: OpenSearch): void {
  describe(name, () => {
    const bench = new SearchBench();
    beforeAll(() => bench.openSearch(open));
    afterAll(() => bench.close());
    describeWords(bench);
    describePlaces(bench);
    describeVectors(bench);
  });
}
