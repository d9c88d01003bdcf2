import { setMaxListeners } from 'node:events';
import type { BatchLease, BatchStore, StoredBatch, StoredItem } from '#lib/store/batch-store.ts';
import { batchLimits } from '#lib/wire/batch.ts';
import type { ItemCallPorts } from './batch-call.ts';
import { askItem, Cancelled, type OpenCall, type TextSink } from './batch-item.ts';
import { StageLine } from './batch-stage-line.ts';
import { BatchWriter, type BatchWriterPorts } from './batch-writer.ts';

export interface BatchRunPorts extends ItemCallPorts, Omit<BatchWriterPorts, 'store'> {
  store: Pick<BatchStore, 'claim' | 'record'>;
  /** Milliseconds since 1970. */
  now: () => number;
}

export interface RunEvents {
  /** Counts or gauges have moved. */
  moved(): void;
  /** Text of an item in its stage from `at` on; `at` 0 begins it anew. */
  text: TextSink;
  /** An item has passed a stage or ended. */
  item(index: number): void;
}

/** Why it stopped before all items had ended. */
export type Stop = 'cancelled' | 'draining' | 'fenced';

const AGAIN_MS = 1_000;

/** Works through the waiting items of a batch, once, while its lease holds. */
export class BatchRun {
  readonly lease: BatchLease;
  readonly lines: readonly StageLine<StoredItem>[];
  readonly #ports: BatchRunPorts;
  readonly #events: RunEvents;
  readonly #writer: BatchWriter;
  /** Of the calls that are under way. */
  readonly #calls = new Set<OpenCall>();
  readonly #fencing = new AbortController();
  #batch: StoredBatch;
  #stop: Stop | null = null;
  /** By stage: the store may have waiting items of it. */
  #more: boolean[];
  #isAlone = false;
  #hasChanged = false;
  #changed: () => void = () => undefined;
  #begun = 0;

  constructor(lease: BatchLease, batch: StoredBatch, ports: BatchRunPorts, events: RunEvents) {
    this.lease = lease;
    this.#batch = batch;
    this.#ports = ports;
    this.#events = events;
    const gateLimit = ports.gate.snapshot().limit;
    this.lines = batch.stages.map(
      ({ limit = usualLimit(gateLimit) }) => new StageLine(Math.min(limit, mostAtGate(gateLimit))),
    );
    this.#more = batch.stages.map(() => true);
    setMaxListeners(0, this.#fencing.signal);
    this.#writer = new BatchWriter(lease, ports, this.#fencing.signal, (progress) => {
      if (progress === null) return this.stop('fenced');
      this.#batch = { ...this.#batch, ...progress };
      events.moved();
    });
  }

  /** With the calls that are open now: the store counts what is claimed. */
  get batch(): StoredBatch {
    const stageRunning = this.lines.map(() => 0);
    for (const { isOpen, stage } of this.#calls)
      if (isOpen) stageRunning[stage] = (stageRunning[stage] ?? 0) + 1;
    return { ...this.#batch, stageRunning };
  }

  /** Indexes of the items whose calls are open. */
  get open(): number[] {
    return [...this.#calls].filter(({ isOpen }) => isOpen).map(({ index }) => index);
  }

  /** Items begun so far. */
  get begun(): number {
    return this.#begun;
  }

  get stopped(): Stop | null {
    return this.#stop;
  }

  /** The store may have more to do, after a retry. */
  poke(): void {
    this.#more = this.#more.map(() => true);
    this.#wake();
  }

  /** `draining` lets calls that were made finish until `abort`; the others end them at once. */
  stop(why: Stop): void {
    if (this.#stop === 'fenced' || this.#stop === why) return;
    this.#stop = why;
    for (const line of this.lines) line.clear();
    if (why === 'fenced') this.#fencing.abort();
    this.abort(({ isMade }) => why !== 'draining' || !isMade);
    this.#wake();
  }

  abort(which: (call: OpenCall) => boolean = () => true): void {
    const reason = this.#stop === 'cancelled' ? new Cancelled() : new Error('the batch has stopped');
    for (const call of [...this.#calls].filter(which)) call.abort.abort(reason);
  }

  /** Resolves when no item is waiting any more, or it has been stopped, and no call is open. */
  async run(): Promise<void> {
    for (;;) {
      await this.#work();
      if (this.#stop !== null) return;
      // Whatever has been there at all deaths but one goes alone, so that the last strike hits nobody else.
      this.#isAlone = true;
      this.#more = this.#more.map(() => true);
      const before = this.#begun;
      await this.#work();
      this.#isAlone = false;
      if (this.#stop !== null || this.#begun === before) return;
      this.#more = this.#more.map(() => true);
    }
  }

  async #work(): Promise<void> {
    for (;;) {
      if (this.#stop === null) await this.#fill();
      this.#begin();
      const isIdle = this.lines.every(({ isEmpty }) => isEmpty);
      if (isIdle && (this.#stop !== null || !this.#more.includes(true))) return;
      await this.#change();
    }
  }

  /** Claims what the hand-offs have room for, later stages first. */
  async #fill(): Promise<void> {
    if (this.#isAlone) return this.#fillAlone();
    for (const [stage, line] of [...this.lines.entries()].reverse()) {
      // In blocks: not a statement for every item.
      while (this.#more[stage] === true && line.room * 2 >= line.bound && this.#stop === null) {
        const limit = line.room;
        const items = await this.#claim({ stage, limit, suspects: false });
        if (items === null) return;
        if (items.length < limit) this.#more[stage] = false;
        await this.#place(stage, items);
      }
    }
  }

  async #fillAlone(): Promise<void> {
    if (this.lines.some(({ isEmpty }) => !isEmpty)) return;
    const items = await this.#claim({ stage: null, limit: 1, suspects: true });
    if (items === null) return;
    this.#more = this.#more.map(() => items.length > 0);
    for (const item of items) await this.#place(item.stage, [item]);
  }

  async #place(stage: number, items: readonly StoredItem[]): Promise<void> {
    for (const item of items) {
      // While the store was asked an item of the stage before may have taken the place: then this one waits for the next.
      void this.lines[stage]?.put(item);
      this.#begin();
    }
  }

  async #claim(wanted: Parameters<BatchStore['claim']>[1]): Promise<StoredItem[] | null> {
    try {
      const items = await this.#ports.store.claim(this.lease, wanted);
      return this.#stop === null ? items : null;
    } catch (err) {
      this.#ports.log.warn({ err, batch: this.lease.batchId }, 'items of a batch cannot be claimed yet');
      await this.#ports.sleep(AGAIN_MS, this.#fencing.signal).catch(() => undefined);
      this.#wake();
      return null;
    }
  }

  #begin(): void {
    if (this.#stop !== null) return;
    for (const [stage, line] of this.lines.entries()) {
      for (let item = line.enter(); item !== undefined; item = line.enter()) {
        this.#begun += 1;
        void this.#pass(item, stage);
      }
    }
    this.#events.moved();
  }

  /** One item through one stage. Never rejects. */
  async #pass(item: StoredItem, stage: number): Promise<void> {
    const { index } = item;
    const call: OpenCall = { abort: new AbortController(), index, stage, isMade: false, isOpen: false };
    this.#calls.add(call);
    const ask = { item, stage, batch: this.#batch, epoch: this.lease.epoch, call };
    const { text, moved } = this.#events;
    const change = await askItem(ask, this.#ports, { text, moved });
    // The gate lets nobody in any more: whoever drains this process has not come here yet.
    if (change === null && this.#stop === null) this.stop('draining');
    if (change !== null && (await this.#writer.record(change))) {
      call.isOpen = false;
      this.#events.item(item.index);
      if (change.state === 'running' && this.#stop === null) {
        const { attempts, outputs, startedAt } = change;
        await this.lines[change.stage]?.put({ ...item, stage: change.stage, attempts, outputs, startedAt });
      }
    }
    this.#calls.delete(call);
    this.lines[stage]?.leave();
    this.#begin();
    this.#wake();
  }

  /** Resolves at the next change, at once when there was one since the last time. */
  async #change(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#changed = resolve;
    if (!this.#hasChanged) await promise;
    this.#hasChanged = false;
  }

  #wake(): void {
    this.#hasChanged = true;
    this.#changed();
  }
}

/**
 * As many again as may go at once: calls that all end together are followed at once, before the store has heard of them. More
 * would only stand in line, in the places of the person's other work.
 */
function mostAtGate(gateLimit: number): number {
  return Math.max(1, Math.min(batchLimits.stageLimit, 2 * gateLimit));
}

/** A little more than the gate lets through, so that the next call goes the moment a permit is free. */
function usualLimit(gateLimit: number): number {
  return Math.max(1, Math.min(batchLimits.stageLimit, gateLimit + Math.ceil(gateLimit / 4)));
}
