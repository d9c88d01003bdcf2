import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type {
  ApiBatch,
  BatchLease,
  BatchStore,
  ItemChange,
  StageOutput,
  StoredBatch,
  StoredItem,
} from '../batch-store.ts';
import type { FileStore } from '../file-store.ts';

export interface BatchSubject {
  batches: BatchStore;
  files: FileStore;
  newUser(): Promise<string>;
  close(): Promise<void>;
}

/** @param now clock that the stores must use for everything but heartbeats */
export type OpenBatches = (now: () => number) => Promise<BatchSubject>;

export const living = { afterMs: 60_000, alone: false };
/** Whoever else has it is taken for dead. */
export const dead = { afterMs: 0, alone: false };

export const api: ApiBatch = {
  ...{ endpoint: '/v1/chat/completions', window: '24h', metadata: null, problems: [] },
  ...{ outputFileId: null, errorFileId: null, finalizingAt: null, cancellingAt: null },
};

/** What the cases of the contract share: stores, a clock that they move, and short words for long requests. */
export class BatchBench {
  time = 1_750_000_000_000;
  private subject: BatchSubject | undefined;

  async open(open: OpenBatches): Promise<void> {
    this.subject = await open(() => this.time);
  }

  async close(): Promise<void> {
    await this.subject?.close();
  }

  get batches(): BatchStore {
    return this.opened.batches;
  }

  get files(): FileStore {
    return this.opened.files;
  }

  newUser(): Promise<string> {
    return this.opened.newUser();
  }

  async create(user: string, given: { stages?: number; api?: ApiBatch | null; fileId?: string } = {}) {
    this.time += 1_000;
    const names = Array.from({ length: given.stages ?? 1 }, (_, at) => `s${at}`);
    return this.batches.create(user, {
      id: randomUUID(),
      name: 'a batch',
      format: 'lines',
      fileId: given.fileId ?? null,
      stages: names.map((name) => ({ name, template: '{{item}}', model: 'demo/a' })),
      api: given.api ?? null,
    });
  }

  async take(batchId: string, owner = 'p1', who = living): Promise<BatchLease> {
    const taken = await this.batches.take(batchId, owner, who);
    if (taken === null) throw new Error('not taken');
    return taken.lease;
  }

  /** A batch of a new person with so many items, that `p1` works on. */
  async running(items: number, given: { stages?: number; api?: ApiBatch } = {}): Promise<Working> {
    const user = await this.newUser();
    const { id } = await this.create(user, given);
    const lease = await this.take(id);
    await this.batches.addItems(
      lease,
      Array.from({ length: items }, (_, index) => newItem(index)),
    );
    await this.batches.open(lease, this.time);
    return { user, id, lease };
  }

  claim(lease: BatchLease, limit: number, given: { stage?: number; suspects?: boolean } = {}) {
    return this.batches.claim(lease, { stage: given.stage ?? 0, limit, suspects: given.suspects ?? false });
  }

  async stored(user: string, id: string): Promise<StoredBatch> {
    const batch = await this.batches.batch(user, id);
    if (batch === null) throw new Error('no such batch');
    return batch;
  }

  private get opened(): BatchSubject {
    if (this.subject === undefined) throw new Error('not open');
    return this.subject;
  }
}

export interface Working {
  user: string;
  id: string;
  lease: BatchLease;
}

export function newItem(index: number) {
  const input = { kind: 'variables' as const, variables: { item: `text ${index}` } };
  return { index, customId: null, input, excerpt: `text ${index}` };
}

export function output(text = 'an answer'): StageOutput {
  return { text, finish: 'stop', model: 'demo/a', tokensIn: 3, tokensOut: 5 };
}

export function change(
  item: StoredItem,
  state: ItemChange['state'],
  given: Partial<ItemChange> = {},
): ItemChange {
  const { index, stage } = item;
  const times = { startedAt: 1_750_000_000_001, endedAt: state === 'running' ? null : 1_750_000_000_002 };
  const outputs = state === 'done' ? [...item.outputs, output()] : item.outputs;
  const code = state === 'failed' ? ('upstream_error' as const) : null;
  return {
    index,
    stage,
    state,
    attempts: item.attempts + 1,
    outputs,
    code,
    message: null,
    ...times,
    ...given,
  };
}

/** Its stage is passed, and it goes on to the next one. */
export function passed(item: StoredItem): ItemChange {
  return change(item, 'running', { stage: item.stage + 1, outputs: [...item.outputs, output()] });
}

export function indexes(items: readonly { index: number }[]): number[] {
  return items.map(({ index }) => index);
}

export function first<T>(items: readonly T[]): T {
  const [item] = items;
  expect(item).toBeDefined();
  return item as T;
}
