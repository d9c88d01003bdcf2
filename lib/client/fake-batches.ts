import type {
  BatchFormat,
  BatchItem,
  BatchItemEvent,
  BatchItemRow,
  BatchSummary,
  BatchUpload,
  ItemCode,
  ItemState,
  NewBatch,
} from '#lib/wire/batch.ts';
import { itemSentence } from '#lib/wire/batch.ts';
import {
  BatchHasProblems,
  type BatchPort,
  BatchRefused,
  type ItemPage,
  type UploadFile,
} from './batch-port.ts';
import { fakeId } from './fake-events.ts';

interface Kept {
  summary: BatchSummary;
  items: BatchItem[];
}

/** A server of batches in memory, whose items move when a test says so. Knows CSV without quotes. */
export class FakeBatches implements BatchPort {
  readonly #files = new Map<string, BatchUpload & { all: Record<string, string>[] }>();
  readonly #batches = new Map<string, Kept>();
  readonly #followers = new Set<(index: number, event: BatchItemEvent) => void>();
  /** Pages of items that were asked for, in order. */
  readonly asked: ItemPage[] = [];
  now = 1_700_000_000_000;

  async upload(
    { format, name, content }: UploadFile,
    onSent?: (share: number) => void,
  ): Promise<BatchUpload> {
    const { columns, all } = readAll(format, await content.text());
    onSent?.(1);
    const fileId = fakeId(9_000 + this.#files.size);
    const upload = { fileId, name, format, bytes: content.size, total: all.length, columns };
    this.#files.set(fileId, { ...upload, firstItems: all.slice(0, 3), all });
    return { ...upload, firstItems: all.slice(0, 3) };
  }

  async preview({ fileId, stages }: Pick<NewBatch, 'fileId' | 'stages'>) {
    const file = this.#file(fileId);
    const [first] = stages;
    const prompts = file.firstItems.map((item, index) => ({
      index,
      system: first?.system ?? null,
      prompt: filled(first?.template ?? null, item),
    }));
    return { prompts, estimate: { calls: file.total * stages.length, tokensIn: file.total * 40 } };
  }

  async start({ id, name, fileId, stages }: NewBatch): Promise<BatchSummary> {
    const file = this.#file(fileId);
    const none = { waiting: 0, running: 0, done: 0, failed: 0 };
    const items = file.all.map((variables, index) => newItem(index, variables, stages));
    const summary: BatchSummary = {
      id,
      name,
      state: 'running',
      format: file.format,
      viaApi: false,
      createdAt: this.now,
      startedAt: this.now,
      endedAt: null,
      total: items.length,
      counts: { ...none, waiting: items.length, cancelled: 0 },
      stages: stages.map((stage, at) => ({
        ...stage,
        counts: { ...none, waiting: at === 0 ? items.length : 0 },
      })),
      tokensIn: 0,
      tokensOut: 0,
      perMinute: null,
      leftMs: null,
      message: null,
    };
    this.#batches.set(id, { summary, items });
    return summary;
  }

  /** Changes an item as the work on it would, and counts it anew. */
  move(
    batchId: string,
    index: number,
    state: ItemState,
    change: { output?: string; code?: ItemCode } = {},
  ): BatchSummary {
    const kept = this.#batch(batchId);
    const item = kept.items[index];
    if (item === undefined) throw new Error(`no item ${index}`);
    const { output = null, code = null } = change;
    const stages = item.stages.map((stage) => ({ ...stage, output }));
    const message = code === null ? null : itemSentence(code);
    const row = { state, output, code, message, attempts: item.attempts + 1 };
    kept.items[index] = { ...item, ...row, stages };
    return this.#count(kept);
  }

  /** Sends a piece of an answer to whoever follows that item. */
  say(index: number, event: BatchItemEvent): void {
    for (const follower of this.#followers) follower(index, event);
  }

  async list() {
    return { batches: [...this.#batches.values()].map(({ summary }) => summary).reverse(), next: null };
  }

  async read(batchId: string): Promise<BatchSummary> {
    return this.#batch(batchId).summary;
  }

  async items(batchId: string, page: ItemPage) {
    this.asked.push(page);
    const { after, limit, state } = page;
    const left = this.#batch(batchId).items.filter(
      (item) => item.index > after && (state === null || item.state === state),
    );
    const items: BatchItemRow[] = left.slice(0, limit);
    return { items, next: left.length > limit ? (items.at(-1)?.index ?? null) : null };
  }

  async item(batchId: string, index: number): Promise<BatchItem> {
    const item = this.#batch(batchId).items[index];
    if (item === undefined) throw new BatchRefused('not_found', 'There is no such item.');
    return item;
  }

  follow(_batchId: string, index: number, tell: (event: BatchItemEvent) => void): () => void {
    const follower = (of: number, event: BatchItemEvent) => {
      if (of === index) tell(event);
    };
    this.#followers.add(follower);
    return () => {
      this.#followers.delete(follower);
    };
  }

  async cancel(batchId: string): Promise<BatchSummary> {
    const kept = this.#batch(batchId);
    kept.items = kept.items.map((item) =>
      item.state === 'done' || item.state === 'failed' ? item : { ...item, state: 'cancelled' },
    );
    kept.summary = { ...kept.summary, state: 'cancelled', endedAt: this.now };
    return this.#count(kept);
  }

  async retry(batchId: string, which: number | 'failed' | 'cancelled' = 'failed'): Promise<BatchSummary> {
    const kept = this.#batch(batchId);
    kept.items = kept.items.map((item) =>
      item.index === which || item.state === which
        ? { ...item, state: 'waiting', code: null, message: null }
        : item,
    );
    kept.summary = { ...kept.summary, state: 'running', endedAt: null };
    return this.#count(kept);
  }

  async remove(batchId: string): Promise<void> {
    this.#batches.delete(batchId);
  }

  #count(kept: Kept): BatchSummary {
    const of = (state: ItemState) => kept.items.filter((item) => item.state === state).length;
    const counts = {
      waiting: of('waiting'),
      running: of('running'),
      done: of('done'),
      failed: of('failed'),
      cancelled: of('cancelled'),
    };
    const isOver = counts.waiting + counts.running === 0 && kept.summary.state === 'running';
    const ending = isOver ? { state: 'completed' as const, endedAt: this.now } : {};
    const stages = kept.summary.stages.map((stage) => ({ ...stage, counts }));
    kept.summary = { ...kept.summary, counts, stages, ...ending };
    return kept.summary;
  }

  #file(fileId: string) {
    const file = this.#files.get(fileId);
    if (file === undefined)
      throw new BatchRefused('not_found', 'The file is not there any more. Upload it again.');
    return file;
  }

  #batch(batchId: string): Kept {
    const kept = this.#batches.get(batchId);
    if (kept === undefined) throw new BatchRefused('not_found', 'There is no such batch.');
    return kept;
  }
}

function readAll(format: BatchFormat, text: string): { columns: string[]; all: Record<string, string>[] } {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (format === 'lines') return { columns: ['item'], all: lines.map((item) => ({ item })) };
  if (format === 'jsonl')
    return { columns: [], all: lines.map((prompt, at) => ({ custom_id: `r${at}`, prompt })) };
  const [header = '', ...rows] = lines;
  const columns = header.split(',');
  const bad = rows.flatMap((row, at) => {
    const cells = row.split(',').length;
    const message = `This row has ${cells} fields; the header has ${columns.length}. Quote a field that contains a comma.`;
    return cells === columns.length ? [] : [{ line: at + 2, column: 1, message }];
  });
  if (bad.length > 0) throw new BatchHasProblems({ problems: bad, count: bad.length });
  const all = rows.map((row) =>
    Object.fromEntries(row.split(',').map((cell, at) => [columns[at] ?? '', cell])),
  );
  return { columns, all };
}

function filled(template: string | null, item: Record<string, string>): string {
  if (template === null) return item.prompt ?? '';
  return template.replace(/\{\{(.*?)\}\}/g, (whole, name: string) => item[name.trim()] ?? whole);
}

function newItem(index: number, variables: Record<string, string>, stages: NewBatch['stages']): BatchItem {
  return {
    index,
    customId: variables.custom_id ?? null,
    state: 'waiting',
    stage: 0,
    attempts: 0,
    input: Object.values(variables).join(' · ').slice(0, 240),
    output: null,
    code: null,
    message: null,
    tokensIn: 0,
    tokensOut: 0,
    startedAt: null,
    endedAt: null,
    variables,
    stages: stages.map(({ name, template }, at) => ({
      name,
      prompt: at === 0 ? filled(template, variables) : null,
      output: null,
    })),
  };
}
