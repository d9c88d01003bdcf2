import type { JobQueue, WorkKind } from './job-queue.ts';

/** In this process, gone with it: for tests. */
export function memoryJobQueue(): JobQueue {
  const waiting: Record<WorkKind, Set<string>> = { llm: new Set(), cpu: new Set() };
  const handlers = new Map<WorkKind, (batchId: string) => Promise<void>>();
  const busy = new Map<WorkKind, Promise<void>>();
  let closed = false;
  const go = (kind: WorkKind) => {
    const handler = handlers.get(kind);
    const [next] = waiting[kind];
    if (closed || handler === undefined || next === undefined || busy.has(kind)) return;
    waiting[kind].delete(next);
    const done = Promise.resolve()
      .then(() => handler(next))
      .catch(() => void waiting[kind].add(next))
      .then(() => {
        busy.delete(kind);
        go(kind);
      });
    busy.set(kind, done);
  };
  return {
    async send(kind, batchId) {
      waiting[kind].add(batchId);
      go(kind);
    },
    async work(kind, handler) {
      handlers.set(kind, handler);
      go(kind);
    },
    async close() {
      closed = true;
      await Promise.all(busy.values());
    },
  };
}
