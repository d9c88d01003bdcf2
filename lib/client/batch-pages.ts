import type { BatchItemRow, BatchItems } from '#lib/wire/batch.ts';

/** Rows a page of the table; small, so that what is in sight is cheap to read again while it moves. */
export const PAGE_ROWS = 50;

/**
 * The pages of a table that have been read. Over all items every page can be asked for on its own, its rows have their
 * index. Over the items of one state a page begins where the one before it ends.
 */
export interface Pages {
  readonly isFiltered: boolean;
  readonly pages: readonly (Page | undefined)[];
}

interface Page extends BatchItems {
  after: number;
}

export function noPages(isFiltered: boolean): Pages {
  return { isFiltered, pages: [] };
}

/** @returns what goes into `after` to read a page; null while the page before it is not known, or is the last */
export function afterOf({ isFiltered, pages }: Pages, at: number): number | null {
  if (!isFiltered) return at * PAGE_ROWS - 1;
  return at === 0 ? -1 : (pages[at - 1]?.next ?? null);
}

export function putPage(all: Pages, at: number, page: BatchItems): Pages {
  const after = afterOf(all, at);
  // The page before it has changed since this one was asked for: it is asked for again.
  if (after === null) return all;
  const pages = Array.from({ length: Math.max(all.pages.length, at + 1) }, (_, place) => all.pages[place]);
  const before = pages[at];
  pages[at] = { ...page, after };
  // Items have come or gone here: what follows begins elsewhere now.
  const hasMoved = all.isFiltered && before !== undefined && before.next !== page.next;
  return { ...all, pages: hasMoved ? pages.slice(0, at + 1) : pages };
}

export function rowAt({ pages }: Pages, place: number): BatchItemRow | undefined {
  return pages[Math.floor(place / PAGE_ROWS)]?.items[place % PAGE_ROWS];
}

/** @param total items of the batch @returns places in the table: rows that are known, or will be when they are in sight */
export function rowCount({ isFiltered, pages }: Pages, total: number): number {
  if (!isFiltered) return total;
  const last = pages.at(-1);
  if (last === undefined) return PAGE_ROWS;
  return (pages.length - 1) * PAGE_ROWS + last.items.length + (last.next === null ? 0 : PAGE_ROWS);
}

/** The pages of the places from `first` to `last`, in order. */
export function pagesBetween(first: number, last: number): number[] {
  const from = Math.floor(Math.max(0, first) / PAGE_ROWS);
  const to = Math.floor(Math.max(0, last) / PAGE_ROWS);
  return Array.from({ length: to - from + 1 }, (_, at) => from + at);
}
