import type { BatchItemRow, ItemState } from '#lib/wire/batch.ts';
import { isMoving } from './batch-item-view.ts';
import {
  afterOf,
  noPages,
  PAGE_ROWS,
  type Pages,
  pagesBetween,
  putPage,
  rowAt,
  rowCount,
} from './batch-pages.ts';
import type { BatchPort } from './batch-port.ts';

/** Reads the rows of a table by the page, as they come into sight, and those in sight again while they move. */
export class BatchRows {
  readonly #port: BatchPort;
  readonly #batchId: string;
  readonly #state: ItemState | null;
  readonly #listeners = new Set<() => void>();
  readonly #asked = new Map<number, AbortController>();
  #pages: Pages;
  #error: Error | null = null;
  #version = 0;

  constructor(port: BatchPort, batchId: string, state: ItemState | null) {
    this.#port = port;
    this.#batchId = batchId;
    this.#state = state;
    this.#pages = noPages(state !== null);
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  };

  /** Another number after every change. */
  version = (): number => this.#version;

  get error(): Error | null {
    return this.#error;
  }

  at(place: number): BatchItemRow | undefined {
    return rowAt(this.#pages, place);
  }

  count(total: number): number {
    return rowCount(this.#pages, total);
  }

  /** Reads what is not there of the places from `first` to `last`. */
  want(first: number, last: number): void {
    for (const at of pagesBetween(first, last)) if (this.#pages.pages[at] === undefined) void this.#read(at);
  }

  /** Reads again what may have changed of these places. */
  refresh(first: number, last: number): void {
    for (const at of pagesBetween(first, last)) {
      const page = this.#pages.pages[at];
      const hasMoving = page?.items.some(({ state }) => isMoving(state)) ?? true;
      // While a file is being read, a page that was the last one fills.
      const isShort = (page?.items.length ?? 0) < PAGE_ROWS;
      if (hasMoving || isShort || this.#pages.isFiltered) void this.#read(at);
    }
  }

  /** Everything may be different now, rows that had ended too. What is shown stays until it is read again. */
  renew(first: number, last: number): void {
    const kept = new Set(pagesBetween(first, last));
    const { pages, isFiltered } = this.#pages;
    const known = isFiltered
      ? pages.slice(0, Math.max(...kept) + 1)
      : pages.map((page, at) => (kept.has(at) ? page : undefined));
    this.#set({ isFiltered, pages: known });
    for (const at of kept) void this.#read(at);
  }

  close(): void {
    for (const asked of this.#asked.values()) asked.abort();
    this.#asked.clear();
  }

  async #read(at: number): Promise<void> {
    const after = afterOf(this.#pages, at);
    if (after === null || this.#asked.has(at)) return;
    const asked = new AbortController();
    this.#asked.set(at, asked);
    try {
      const page = { state: this.#state, after, limit: PAGE_ROWS };
      const read = await this.#port.items(this.#batchId, page, asked.signal);
      if (afterOf(this.#pages, at) === after) this.#set(putPage(this.#pages, at, read));
    } catch (error) {
      if (!asked.signal.aborted) this.#fail(error);
    } finally {
      if (this.#asked.get(at) === asked) this.#asked.delete(at);
    }
  }

  #set(pages: Pages): void {
    this.#pages = pages;
    this.#error = null;
    this.#tell();
  }

  #fail(error: unknown): void {
    if (!(error instanceof Error)) throw error;
    this.#error = error;
    this.#tell();
  }

  #tell(): void {
    this.#version += 1;
    for (const listener of this.#listeners) listener();
  }
}
