import type { BatchLease, BatchStore, StoredBatch } from '#lib/store/batch-store.ts';
import { isOver } from '#lib/wire/batch.ts';
import { type BatchComputePorts, computeBatch, kindOf } from './batch-compute.ts';
import { drainRuns } from './batch-drain.ts';
import { BatchRuns, type BatchRunsPorts, type Running } from './batch-runs.ts';
import { PersonTurns } from './batch-share.ts';
import { isAway } from './batch-writer.ts';
import type { JobQueue, WorkKind } from './job-queue.ts';
import { Rounds } from './rounds.ts';

export interface BatchWorkerPorts extends Omit<BatchRunsPorts, 'leaving'> {
  store: BatchStore;
  files: BatchComputePorts['files'];
  queue: JobQueue;
  owner: string;
  /** No other process can be on this database. */
  alone: boolean;
  newId: () => string;
}

/** Cancelling anywhere ends calls here within a second. */
const BEAT_MS = 700;
const LOOK_MS = 5_000;
const DEAD_AFTER_MS = 15_000;

/** Takes batches that nobody works on, and works on them: reads them in, runs them, writes them out. */
export class BatchWorker {
  readonly #ports: BatchWorkerPorts;
  readonly #runs: BatchRuns;
  /** Of whatever this process works on, runs and the rest. */
  readonly #held = new Map<string, BatchLease>();
  readonly #taking = new Set<string>();
  readonly #breaks = new Map<string, number>();
  readonly #rounds = new Rounds();
  readonly #turns = new PersonTurns();
  readonly #leaving = new AbortController();

  constructor(ports: BatchWorkerPorts) {
    this.#ports = ports;
    this.#runs = new BatchRuns({ ...ports, leaving: this.#leaving.signal }, async (lease, batch, close) => {
      await this.#letGo(lease);
      close();
      await this.#goOn(batch);
      await this.#callNext();
    });
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

  /** Whatever is to be done about it, this process does it at the moment. */
  holds(batchId: string): boolean {
    return this.#held.has(batchId);
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
      for (const kind of ['cpu', 'llm'] as const)
        for (const { id } of await this.#waiting(kind)) await queue.send(kind, id);
    } catch (err) {
      log.warn({ err }, 'the look for abandoned batches failed');
    }
  }

  /** No new items; those that run finish within `ms` or wait for the next process. */
  async drain(ms: number): Promise<void> {
    this.#leaving.abort();
    this.#rounds.stop();
    await drainRuns(this.#runs.all, ms);
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

  /** A call says that there is something to do; whose turn it is may be another batch than the one that was called for. */
  async #handle(kind: WorkKind, batchId: string): Promise<void> {
    if (this.#draining || this.#held.has(batchId)) return;
    const waiting = await this.#waiting(kind);
    const next = kind === 'cpu' ? this.#turns.next(waiting) : waiting[0];
    // Without a place it waits: whatever ends here calls for the next one.
    if (next === undefined || this.#draining) return;
    const isLeft = next.id !== batchId && waiting.some(({ id }) => id === batchId);
    if (isLeft) await this.#ports.queue.send(kind, batchId);
    const taken = await this.#take(next.id);
    if (taken === null) return;
    const { lease, batch } = taken;
    // The drain has not heard of it and would not wait for it.
    if (this.#draining) return this.#letGo(lease);
    if (kindOf(batch) !== kind) {
      await this.#letGo(lease);
      return this.#ports.queue.send(kindOf(batch), batch.id);
    }
    if (kind === 'cpu') return this.#compute(lease, batch, taken.deaths);
    this.#runs.begin(lease, batch);
  }

  /** What nobody works on and this process may begin, in order. */
  async #waiting(kind: WorkKind) {
    const { store, owner } = this.#ports;
    const all = await store.abandoned(owner, this.#dead);
    const waiting = all.filter((batch) => kindOf(batch) === kind && !this.#held.has(batch.id));
    return kind === 'cpu' ? waiting : this.#runs.placesFor(waiting);
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
  async #compute(lease: BatchLease, batch: StoredBatch, deaths: number): Promise<void> {
    try {
      await computeBatch(lease, batch, {
        ...this.#ports,
        deaths,
        breaks: this.#breaks,
        isLeft: () => this.#draining,
      });
    } finally {
      await this.#letGo(lease);
    }
    await this.#goOn(batch);
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

  /** A place is free. */
  async #callNext(): Promise<void> {
    if (this.#draining) return;
    try {
      const [next] = await this.#waiting('llm');
      if (next !== undefined) await this.#ports.queue.send('llm', next.id);
    } catch (err) {
      this.#ports.log.warn({ err }, 'the next batch begins with the next look');
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
