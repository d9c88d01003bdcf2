import { PgBoss } from 'pg-boss';
import type { Log } from '#lib/telemetry/log.ts';
import type { JobQueue, WorkKind } from './job-queue.ts';

interface BossOptions {
  /** As `pg` takes it. */
  address: { connectionString?: string; host?: string; port?: number; user?: string; database?: string };
  isEmbedded: boolean;
  /** Milliseconds to wait for a connection, in the server for a statement, and here for its answer. */
  clocks: { connect: number; statement: number; answer: number };
  log: Log;
}

/** pg-boss asks for work at least so often, seconds; in the process that sends it starts at once. */
const POLL_SECONDS = 2;
const CONNECTIONS = 2;
/** Nobody needs the calls of yesterday. */
const KEPT_SECONDS = 3_600;
const STOP_MS = 10_000;

const names: Record<WorkKind, string> = { llm: 'batch-llm', cpu: 'batch-cpu' };

/** pg-boss on the database that is there, in a schema of its own. */
export async function bossJobQueue({ address, isEmbedded, clocks, log }: BossOptions): Promise<JobQueue> {
  // pg-boss hands on to `pg` what it does not know.
  const patience = {
    connectionTimeoutMillis: clocks.connect,
    statement_timeout: clocks.statement,
    query_timeout: clocks.answer,
    keepAlive: true,
  };
  const boss = new PgBoss({
    ...address,
    ...patience,
    schema: 'pgboss',
    max: CONNECTIONS,
    application_name: 'weir jobs',
    schedule: false,
    ...(isEmbedded ? { backend: 'pglite' as const } : {}),
  });
  boss.on('error', (err) => log.warn({ err }, 'the job queue had an error'));
  await boss.start();
  for (const name of Object.values(names)) {
    // `short`: one call waits for a batch at most, however often it is sent.
    const ends = { retentionSeconds: KEPT_SECONDS, deleteAfterSeconds: KEPT_SECONDS };
    await boss.createQueue(name, { policy: 'short', retryLimit: 2, retryDelay: 5, ...ends });
  }
  const workers = new Map<WorkKind, string>();
  return {
    async send(kind, batchId) {
      await boss.send(names[kind], { batchId }, { singletonKey: batchId });
      const worker = workers.get(kind);
      if (worker !== undefined) boss.notifyWorker(worker);
    },
    async work(kind, handler) {
      const each = async (jobs: { data: { batchId: string } }[]) => {
        for (const { data } of jobs) await handler(data.batchId);
      };
      workers.set(
        kind,
        await boss.work<{ batchId: string }>(names[kind], { pollingIntervalSeconds: POLL_SECONDS }, each),
      );
    },
    close: () => boss.stop({ graceful: true, timeout: STOP_MS }),
  };
}
