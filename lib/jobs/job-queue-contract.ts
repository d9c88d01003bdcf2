import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JobQueue } from './job-queue.ts';

export interface QueueOnTrial {
  queue: JobQueue;
  /** Another process on the same queues; null where there is none. */
  other: (() => Promise<JobQueue>) | null;
  close(): Promise<void>;
}

/** Every promise of the port, for each implementation of it. */
export function describeJobQueue(name: string, open: () => Promise<QueueOnTrial>): void {
  describe(name, () => {
    let subject: QueueOnTrial;
    const calls: string[] = [];
    const free = Promise.withResolvers<void>();
    beforeAll(async () => {
      subject = await open();
    });
    afterAll(() => subject.close());
    const heard = async (count: number) => {
      while (calls.length < count) await new Promise((resolve) => setTimeout(resolve, 10));
    };

    it('[J42] calls the handler of a kind, one call a batch however often it was sent', async () => {
      const { queue } = subject;
      for (const id of ['a', 'a', 'b']) await queue.send('cpu', id);
      await queue.work('llm', async (id) => void calls.push(`llm ${id}`));
      await queue.work('cpu', async (id) => {
        calls.push(`cpu ${id}`);
        await free.promise;
      });
      await queue.send('llm', 'c');
      await heard(2);
      // A handler of one kind that is busy holds up the others of its kind only.
      expect(calls.toSorted()).toEqual(['cpu a', 'llm c']);
      free.resolve();
      await heard(3);
      expect(calls).toContain('cpu b');
      await queue.send('cpu', 'a');
      await heard(4);
      expect(calls.filter((call) => call === 'cpu a')).toHaveLength(2);
    });

    it('[J42] is one queue for all processes', async () => {
      if (subject.other === null) return;
      const other = await subject.other();
      await other.send('llm', 'from afar');
      while (!calls.includes('llm from afar')) await new Promise((resolve) => setTimeout(resolve, 10));
      await other.close();
    });
  });
}
