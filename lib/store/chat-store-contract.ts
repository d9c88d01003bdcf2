import { afterAll, beforeAll, describe } from 'vitest';
import { describeAdoption } from './contract/adoption-cases.ts';
import { describeBegin } from './contract/begin-cases.ts';
import { Bench, type OpenSubject } from './contract/bench.ts';
import { describeChats } from './contract/chat-cases.ts';
import { describeComparisons } from './contract/comparison-cases.ts';
import { describeEndings } from './contract/ending-cases.ts';
import { describeFollowUps } from './contract/follow-up-cases.ts';
import { describeReleases } from './contract/release-cases.ts';
import { describeTools } from './contract/tool-cases.ts';
import { describeTree } from './contract/tree-cases.ts';

/** Every promise of the port, for each implementation of it. */
export function describeChatStore(name: string, open: OpenSubject): void {
  describe(name, () => {
    const bench = new Bench();
    beforeAll(() => bench.open(open));
    afterAll(() => bench.close());
    describeBegin(bench);
    describeTree(bench);
    describeComparisons(bench);
    describeFollowUps(bench);
    describeReleases(bench);
    describeEndings(bench);
    describeChats(bench);
    describeAdoption(bench);
    describeTools(bench);
  });
}
