import type { BatchLease, BatchStore, StoredBatch } from '#lib/store/batch-store.ts';
import type { BatchState } from '#lib/wire/batch.ts';
import { LiveTexts } from './batch-live.ts';
import { BatchNews } from './batch-news.ts';
import { BatchRun, type BatchRunPorts } from './batch-run.ts';
import { givesWay, mayBegin } from './batch-share.ts';
import { ended, type Pace, PaceRecord } from './batch-summary.ts';
import { runThrough } from './batch-through.ts';

export interface BatchRunsPorts extends Omit<BatchRunPorts, 'store'> {
  store: Pick<BatchStore, 'claim' | 'record' | 'settle'>;
  /** A batch has moved; called twice a second at most, and at once for a change of its state. */
  tell: (batch: StoredBatch, pace: Pace) => void;
  /** Aborts when this process begins nothing more. */
  leaving: AbortSignal;
}

export interface Running {
  run: BatchRun;
  live: LiveTexts;
  pace: PaceRecord;
  over: Promise<void>;
}

/** A run is over. `close` ends the reading of its live texts: to be called when the store is right. */
export type RunOver = (lease: BatchLease, batch: StoredBatch, close: () => void) => Promise<void>;

/** Batches that a process asks models for at once; all their calls pass one gate. */
const MOST = 32;
const PAUSE_MS = 1_000;

/** The batches that this process asks models for. Its places are shared by the people they belong to. */
export class BatchRuns {
  readonly #ports: BatchRunsPorts;
  readonly #over: RunOver;
  readonly #runs = new Map<string, Running>();

  constructor(ports: BatchRunsPorts, over: RunOver) {
    this.#ports = ports;
    this.#over = over;
  }

  get all(): Running[] {
    return [...this.#runs.values()];
  }

  get(batchId: string): Running | undefined {
    return this.#runs.get(batchId);
  }

  /** Which of those that wait may begin now, in order. One that is being cancelled asks for nothing and needs no place. */
  placesFor<T extends { userId: string; state: BatchState }>(waiting: readonly T[]): T[] {
    const ending = waiting.filter(({ state }) => state === 'cancelling');
    const others = waiting.filter(({ state }) => state !== 'cancelling');
    return [...ending, ...mayBegin(others, this.#atWork(), MOST)];
  }

  /** Where all places are taken, one of whoever has the most lets its calls end and goes back to the line. */
  begin(lease: BatchLease, batch: StoredBatch): void {
    if (batch.state !== 'cancelling') givesWay(this.#atWork(), MOST)?.run.stop('draining');
    const live = new LiveTexts();
    const pace = new PaceRecord();
    const { clock, tell, log } = this.#ports;
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
        log.error({ err, batch: batch.id }, 'work on a batch broke off');
        await this.#pause();
      })
      .then(() => {
        news.close();
        this.#runs.delete(batch.id);
        return this.#over(lease, batch, () => live.close());
      });
    this.#runs.set(batch.id, { run, live, pace, over });
    if (batch.state === 'cancelling') run.stop('cancelled');
  }

  /** One that was cancelled, or told to make way, begins nothing more. */
  #atWork() {
    return this.all
      .filter(({ run }) => run.stopped === null)
      .map(({ run }) => ({ run, userId: run.batch.userId }));
  }

  #pause(): Promise<unknown> {
    return this.#ports.sleep(PAUSE_MS, this.#ports.leaving).catch(() => undefined);
  }
}
