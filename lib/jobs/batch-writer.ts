import type { BatchLease, BatchProgress, BatchStore, ItemChange } from '#lib/store/batch-store.ts';
import type { Log } from '#lib/telemetry/log.ts';
import { Refusal } from '#lib/wire/error-code.ts';

export interface BatchWriterPorts {
  store: Pick<BatchStore, 'record'>;
  log: Log;
  /** Rejects when the signal aborts. */
  sleep: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

const AGAIN_MS = 1_000;
/** Of one statement. */
const MOST_CHANGES = 200;
const MOST_UNITS = 4 * 1024 * 1024;

/**
 * Writes how items go. What comes while a statement is under way goes into the next one together, so that a thousand endings in
 * a second are a few statements. While the database is away everything waits: an answer that is paid for is not lost.
 */
export class BatchWriter {
  readonly #lease: BatchLease;
  readonly #ports: BatchWriterPorts;
  readonly #fenced: AbortSignal;
  readonly #onProgress: (progress: BatchProgress | null) => void;
  #pending: { change: ItemChange; done: (written: boolean) => void }[] = [];
  #writing = false;

  /**
   * @param fenced aborts when nothing may be written any more
   * @param onProgress after every statement; null when the lease is lost
   */
  constructor(
    lease: BatchLease,
    ports: BatchWriterPorts,
    fenced: AbortSignal,
    onProgress: (progress: BatchProgress | null) => void,
  ) {
    this.#lease = lease;
    this.#ports = ports;
    this.#fenced = fenced;
    this.#onProgress = onProgress;
  }

  /** True once it is stored; false when the lease was lost before. */
  record(change: ItemChange): Promise<boolean> {
    return new Promise((done) => {
      this.#pending.push({ change, done });
      if (!this.#writing) void this.#write();
    });
  }

  async #write(): Promise<void> {
    this.#writing = true;
    while (this.#pending.length > 0) {
      const block = this.#pending.splice(0, this.#fitting());
      const written = await this.#store(block.map(({ change }) => change));
      for (const { done } of block) done(written);
    }
    this.#writing = false;
  }

  #fitting(): number {
    let units = 0;
    const over = this.#pending.findIndex(({ change }, at) => {
      units += change.outputs.reduce((sum, { text }) => sum + text.length, 0);
      return at > 0 && (at >= MOST_CHANGES || units > MOST_UNITS);
    });
    return over < 0 ? this.#pending.length : over;
  }

  async #store(changes: ItemChange[]): Promise<boolean> {
    while (!this.#fenced.aborted) {
      try {
        const progress = await this.#ports.store.record(this.#lease, changes);
        this.#onProgress(progress);
        return progress !== null;
      } catch (err) {
        this.#ports.log[isAway(err) ? 'warn' : 'error'](
          { err, batch: this.#lease.batchId },
          'items of a batch are not stored yet',
        );
        await this.#ports.sleep(AGAIN_MS, this.#fenced).catch(() => undefined);
      }
    }
    return false;
  }
}

/** The database cannot be reached. */
export function isAway(err: unknown): boolean {
  return err instanceof Refusal && err.code === 'storage_unavailable';
}
