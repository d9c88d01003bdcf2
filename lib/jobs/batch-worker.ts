import type { BatchLease, BatchStore, StoredBatch } from '#lib/store/batch-store.ts';
import { isOver } from '#lib/wire/batch.ts';
import { type BatchComputePorts, computeBatch, kindOf } from './batch-compute.ts';
import { drainRuns } from './batch-drain.ts';
import { LiveTexts } from './batch-live.ts';
import { BatchNews } from './batch-news.ts';
import { BatchRun, type BatchRunPorts } from './batch-run.ts';
import { ended, type Pace, PaceRecord } from './batch-summary.ts';
import { runThrough } from './batch-through.ts';
import { isAway } from './batch-writer.ts';
import type { JobQueue, WorkKind } from './job-queue.ts';
import { Rounds } from './rounds.ts';

export interface BatchWorkerPorts extends Omit<BatchRunPorts, 'store'> {
  store: BatchStore;
  files: BatchComputePorts['files'];
  queue: JobQueue;
  owner: string;
  /** No other process can be on this database. */
  alone: boolean;
  newId: () => string;
  /** A batch has moved; called twice a second at most, and at once for a change of its state. */
  tell: (batch: StoredBatch, pace: Pace) => void;
}

export interface Running {
  run: BatchRun;
  live: LiveTexts;
  pace: PaceRecord;
  over: Promise<void>;
}

/** Cancelling anywhere ends calls here within a second. */
const BEAT_MS = 700;
const LOOK_MS = 5_000;
const DEAD_AFTER_MS = 15_000;
/** Batches that a process works on at once; all their calls pass one gate. */
const MOST_RUNS = 32;
const PAUSE_MS = 1_000;

/** Takes batches that nobody works on, and works on them: reads them in, runs them, writes them out. */
export class BatchWorker {
  readonly #ports: BatchWorkerPorts;
  readonly #runs = new Map<string, Running>();
  /** Of whatever this process works on, runs and the rest. */
  readonly #held = new Map<string, BatchLease>();
  readonly #taking = new Set<string>();
  readonly #breaks = new Map<string, number>();
  readonly #rounds = new Rounds();
  readonly #leaving = new AbortController();
  #freed: () => void = () => undefined;

  constructor(ports: BatchWorkerPorts) {
    this.#ports = ports;
  }

  async start(): Promise<void> {
    const { queue } = this.#ports;
    await queue.work('cpu', (batchId) => this.#called('cpu', batchId));
    await queue.work('llm', (batchId) => this.#called('llm', batchId));
    await this.look();
    this.#rounds.every(BEAT_MS, () => this.beat());
    this.#rounds.every(LOOK_MS, () => this.look());
  }

  running(batchId: string): Running | null {
    return this.#runs.get(batchId) ?? null;
  }

  /** Somebody has changed the batch: whoever works on it looks again, or somebody begins to. */
  async changed(batch: Pick<StoredBatch, 'id' | 'state'>): Promise<void> {
    const running = this.#runs.get(batch.id);
    if (running !== undefined && batch.state === 'cancelling') running.run.stop('cancelled');
    else if (running !== undefined) running.run.poke();
    try {
      await this.#ports.queue.send(kindOf(batch), batch.id);
    } catch (err) {
      // It stands in the store already: whoever was told of an error would ask for it twice.
      this.#ports.log.warn({ err, batch: batch.id }, 'a batch goes on with the next look');
    }
  }

  /** The batch is gone. */
  gone(batchId: string): void {
    this.#runs.get(batchId)?.run.stop('fenced');
    this.#held.delete(batchId);
  }

  /** Tells that this process lives, and hears of batches that it has lost or that are to stop. */
  async beat(): Promise<void> {
    if (this.#held.size === 0) return;
    const { store, owner, log } = this.#ports;
    try {
      const known = new Map(this.#held);
      const mine = new Map((await store.beat(owner)).map((each) => [each.id, each]));
      for (const [id, lease] of known) {
        const run = this.#runs.get(id)?.run;
        if (mine.get(id)?.epoch !== lease.epoch) run?.stop('fenced');
        else if (mine.get(id)?.state === 'cancelling') run?.stop('cancelled');
      }
    } catch (err) {
      log.warn({ err }, 'heartbeat of the batches failed');
    }
  }

  /** Calls for work on what nobody works on. */
  async look(): Promise<void> {
    if (this.#draining) return;
    const { store, queue, owner, log } = this.#ports;
    try {
      // Its own that it does not work on: taken or let go with an answer of the store that got lost.
      for (const { id, epoch } of await store.beat(owner))
        if (!this.#held.has(id) && !this.#taking.has(id)) await store.release({ batchId: id, owner, epoch });
      for (const batch of await store.abandoned(owner, this.#dead)) await queue.send(kindOf(batch), batch.id);
    } catch (err) {
      log.warn({ err }, 'the look for abandoned batches failed');
    }
  }

  /** No new items; those that run finish within `ms` or wait for the next process. */
  async drain(ms: number): Promise<void> {
    this.#leaving.abort();
    this.#rounds.stop();
    await drainRuns([...this.#runs.values()], ms);
    await this.#rounds.over();
    await this.#ports.queue.close();
  }

  get #draining(): boolean {
    return this.#leaving.signal.aborted;
  }

  get #dead() {
    return { afterMs: DEAD_AFTER_MS, alone: this.#ports.alone };
  }

  /** The queue begins again what breaks, and tells nobody why. */
  async #called(kind: WorkKind, batchId: string): Promise<void> {
    try {
      await this.#handle(kind, batchId);
    } catch (err) {
      this.#ports.log[isAway(err) ? 'warn' : 'error']({ err, batch: batchId }, 'a step of a batch broke');
      throw err;
    }
  }

  async #handle(kind: WorkKind, batchId: string): Promise<void> {
    const { queue } = this.#ports;
    while (kind === 'llm' && this.#runs.size >= MOST_RUNS && !this.#draining)
      await new Promise<void>((resolve) => (this.#freed = resolve));
    if (this.#draining || this.#held.has(batchId)) return;
    const taken = await this.#take(batchId);
    if (taken === null) return;
    const { lease, batch } = taken;
    // The drain has not heard of it and would not wait for it.
    if (this.#draining) return this.#letGo(lease);
    if (kindOf(batch) !== kind) {
      await this.#letGo(lease);
      return queue.send(kindOf(batch), batchId);
    }
    if (kind === 'llm') this.#run(lease, batch);
    else await this.#compute(lease, batch);
  }

  async #take(batchId: string) {
    const { store, owner } = this.#ports;
    this.#taking.add(batchId);
    try {
      const taken = await store.take(batchId, owner, this.#dead);
      if (taken !== null) this.#held.set(batchId, taken.lease);
      return taken;
    } finally {
      this.#taking.delete(batchId);
    }
  }

  /** Reading in and writing out. */
  async #compute(lease: BatchLease, batch: StoredBatch): Promise<void> {
    try {
      await computeBatch(lease, batch, {
        ...this.#ports,
        breaks: this.#breaks,
        isLeft: () => this.#draining,
      });
    } finally {
      await this.#letGo(lease);
    }
    await this.#goOn(batch);
  }

  #run(lease: BatchLease, batch: StoredBatch): void {
    const live = new LiveTexts();
    const pace = new PaceRecord();
    const { clock, tell } = this.#ports;
    const news = new BatchNews(() => tell(run.batch, pace.pace(ended(run.batch), clock())));
    const moved = () => {
      pace.note(ended(run.batch), clock());
      news.changed();
    };
    const run: BatchRun = new BatchRun(lease, batch, this.#ports, {
      moved,
      text: live.text,
      item: (index) => live.moved(index),
    });
    pace.note(ended(batch), clock());
    const over = runThrough(run, { ...this.#ports, pause: () => this.#pause() })
      .catch(async (err: unknown) => {
        this.#ports.log.error({ err, batch: batch.id }, 'work on a batch broke off');
        await this.#pause();
      })
      .then(async () => {
        news.close();
        this.#runs.delete(batch.id);
        await this.#letGo(lease);
        live.close();
        this.#freed();
        await this.#goOn(batch);
      });
    this.#runs.set(batch.id, { run, live, pace, over });
    if (batch.state === 'cancelling') run.stop('cancelled');
  }

  #pause(): Promise<unknown> {
    return this.#ports.sleep(PAUSE_MS, this.#leaving.signal).catch(() => undefined);
  }

  async #letGo(lease: BatchLease): Promise<void> {
    if (this.#held.get(lease.batchId) === lease) this.#held.delete(lease.batchId);
    try {
      await this.#ports.store.release(lease);
    } catch (err) {
      // The next look finds it.
      this.#ports.log.warn({ err, batch: lease.batchId }, 'a batch could not be let go');
    }
  }

  /** What comes next is other work, perhaps of another process. */
  async #goOn({ id, userId }: StoredBatch): Promise<void> {
    if (this.#draining) return;
    try {
      const batch = await this.#ports.store.batch(userId, id);
      if (batch !== null && !isOver(batch.state)) await this.#ports.queue.send(kindOf(batch), id);
    } catch (err) {
      this.#ports.log.warn({ err, batch: id }, 'a batch goes on with the next look');
    }
  }
}
