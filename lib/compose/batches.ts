import { randomUUID } from 'node:crypto';
import { v7 as newId } from 'uuid';
import type { Config } from '../config.ts';
import type { ItemCallPorts } from '../jobs/batch-call.ts';
import { summaryOf } from '../jobs/batch-summary.ts';
import { BatchWorker, type BatchWorkerPorts } from '../jobs/batch-worker.ts';
import { Batches } from '../jobs/batches.ts';
import { purgeBatches } from '../jobs/purge-batches.ts';
import type { Audience } from '../realtime/audience.ts';
import type { Ground } from './ground.ts';

/** Local model servers are found within this time. */
const FOUND_WITHIN_MS = 60_000;

export type BatchParts = ReturnType<typeof composeBatches>;

/** Batches, whatever works on them, and who is told. */
export function composeBatches(
  { storage, queue }: Ground,
  {
    audience,
    ...ports
  }: Omit<ItemCallPorts, 'modelsKnown'> & Pick<BatchWorkerPorts, 'log' | 'now'> & { audience: Audience },
  { drainMs }: Pick<Config, 'drainMs'>,
) {
  const { batches: store, files, alone } = storage;
  const { clock, log, now } = ports;
  const startedAt = clock();
  const worker = new BatchWorker({
    ...ports,
    ...{ store, files, queue, alone },
    owner: randomUUID(),
    newId,
    modelsKnown: () => clock() - startedAt > FOUND_WITHIN_MS,
    tell: (batch, pace) => audience.batch(batch.userId, summaryOf(batch, pace)),
  });
  const batches = new Batches({
    ...{ store, files, worker, clock, newId, models: ports.models },
    tell: (userId, batch) => audience.batch(userId, batch),
    tellGone: (userId, batchId) => audience.batchGone(userId, batchId),
  });
  const endPurge = purgeBatches(store, { log, now });
  const drain = async () => {
    await worker.drain(drainMs);
    endPurge();
  };
  return { batches, store, files, newId, start: () => worker.start(), drain };
}
