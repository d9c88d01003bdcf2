import { describeJobQueue } from './job-queue-contract.ts';
import { memoryJobQueue } from './memory-job-queue.ts';

describeJobQueue('memory', async () => {
  const queue = memoryJobQueue();
  return { queue, other: null, close: () => queue.close() };
});
