import { afterAll, beforeAll, describe } from 'vitest';
import { BatchBench, type OpenBatches } from './contract/batch-bench.ts';
import { describeBatchItems, describeBatchOwners } from './contract/batch-cases.ts';
import { describeHalfway } from './contract/batch-halfway-cases.ts';
import { describeBatchLeases } from './contract/batch-lease-cases.ts';
import { describeFiles } from './contract/file-cases.ts';

/** Every promise of both ports, for each implementation of them. */
export function describeBatchStore(name: string, open: OpenBatches): void {
  describe(name, () => {
    const bench = new BatchBench();
    beforeAll(() => bench.open(open));
    afterAll(() => bench.close());
    describeBatchOwners(bench);
    describeBatchLeases(bench);
    describeBatchItems(bench);
    describeHalfway(bench);
    describeFiles(bench);
  });
}
