import { randomUUID } from 'node:crypto';
import { Gate } from '#lib/gate/gate.ts';
import { RetryBudget } from '#lib/generation/retry.ts';
import type { BatchStore } from '#lib/store/batch-store.ts';
import type { FileStore } from '#lib/store/file-store.ts';
import { memoryBatchStore } from '#lib/store/memory-batch-store.ts';
import { memoryFileStore } from '#lib/store/memory-file-store.ts';
import { memoryLog } from '#lib/telemetry/memory-log.ts';
import { memoryMeter } from '#lib/telemetry/memory-meter.ts';
import type { Models } from '#lib/upstream/model.ts';
import { type ScriptedCall, scriptedModels } from '#lib/upstream/scripted-model.ts';
import type { BatchStage, BatchSummary, NewBatch } from '#lib/wire/batch.ts';
import { summaryOf } from './batch-summary.ts';
import { BatchWorker } from './batch-worker.ts';
import { Batches } from './batches.ts';
import type { JobQueue } from './job-queue.ts';
import { memoryJobQueue } from './memory-job-queue.ts';

export const model = 'test/model';
export const anna = 'anna';

interface Options {
  limit: number;
  models: Models;
  store: BatchStore;
  files: FileStore;
  gate: Gate;
  queue: JobQueue;
  owner: string;
  sleep: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

/** Batches in memory at a gate of so many permits, in one process or, with a store in common, in several. */
export function works(options: Partial<Options> = {}) {
  const { limit = 4, owner = randomUUID(), queue = memoryJobQueue() } = options;
  const script = scriptedModels(model);
  const models = options.models ?? script;
  const clock = () => performance.now();
  const gate = options.gate ?? new Gate({ limit, now: clock });
  const files = options.files ?? memoryFileStore();
  const store: BatchStore =
    options.store ?? memoryBatchStore(files === options.files ? {} : { files: memoryFileStore() });
  const log = memoryLog();
  const told: BatchSummary[] = [];
  const sleep = options.sleep ?? (async () => undefined);
  const base = { gate, models, store, files, queue, owner, log, clock, sleep, newId: randomUUID };
  const worker = new BatchWorker({
    ...base,
    alone: false,
    now: Date.now,
    random: () => 0.5,
    retries: new RetryBudget(clock),
    flow: { retried: () => undefined },
    meter: memoryMeter(),
    modelsKnown: () => true,
    tell: (batch) => void told.push(summaryOf(batch)),
  });
  const gone: string[] = [];
  const batches = new Batches({
    ...base,
    worker,
    tell: (_userId, batch) => void told.push(batch),
    tellGone: (_userId, id) => void gone.push(id),
  });
  return { batches, worker, store, files, gate, script, log, told, gone, owner, queue };
}

export type Works = ReturnType<typeof works>;

export function stage(given: Partial<BatchStage> = {}): BatchStage {
  return { name: 'answer', template: 'say {{item}}', model, ...given };
}

export async function* bytes(text: string, size = 1_000): AsyncGenerator<Uint8Array> {
  const all = Buffer.from(text);
  for (let at = 0; at < all.length; at += size) yield all.subarray(at, at + size);
}

export const lines = (count: number) => Array.from({ length: count }, (_, at) => `text ${at}`).join('\n');

/** Uploads lines and starts them. */
export async function start(
  { batches }: Works,
  text: string,
  stages: BatchStage[] = [stage()],
): Promise<string> {
  const { fileId } = await batches.upload(anna, { name: 'f', format: 'lines', content: bytes(text) });
  const wanted: NewBatch = { id: randomUUID(), name: 'b', fileId, stages };
  return (await batches.start(anna, wanted)).id;
}

/** Turns of the event loop until it is so. */
export async function until(holds: () => boolean | Promise<boolean>, turns = 5_000): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) {
    if (await holds()) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error('it did not come to be so');
}

/** What a call asks last. */
export const promptIn = ({ request }: ScriptedCall) => String(request.messages.at(-1)?.content ?? '');

export function inState({ batches }: Works, id: string, state: BatchSummary['state']): Promise<void> {
  return until(async () => (await batches.one(anna, id)).state === state);
}

/** Answers calls as they come until the batch is over. */
export async function answerAll(
  house: Works,
  id: string,
  say = (prompt: string) => `re: ${prompt}`,
): Promise<void> {
  let at = 0;
  await until(async () => {
    for (; at < house.script.calls.length; at += 1) {
      const call = house.script.calls[at];
      call?.say(say(promptIn(call)));
      call?.finish('stop', { tokensIn: 2, tokensOut: 3 });
    }
    const { state } = await house.batches.one(anna, id);
    return state === 'completed' || state === 'cancelled';
  }, 50_000);
}
