'use client';

import { useVirtualizer } from '@tanstack/react-virtual';
import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useBatchRows } from '#lib/client/batch-hooks.ts';
import type { BatchRows } from '#lib/client/batch-rows.ts';
import type { BatchSummary, ItemState } from '#lib/wire/batch.ts';
import { WentWrong } from '../went-wrong.tsx';
import { ItemRow } from './item-row.tsx';
import { StateFilter } from './state-filter.tsx';
import { NARROW, useMedia } from './use-media.ts';

/** What is in sight is read again at most so often while it moves, milliseconds. */
const AGAIN_MS = 1_500;

export interface ItemTableProps {
  batch: BatchSummary;
  scroller: RefObject<HTMLDivElement | null>;
  /** Index of the item that is read. */
  open: number | null;
}

/** All items, as many rows drawn as are in sight. */
export function ItemTable({ batch, scroller, open }: ItemTableProps) {
  const [state, setState] = useState<ItemState | null>(null);
  const rows = useBatchRows(batch.id, state);
  return (
    <section aria-label="Items" className="mt-6">
      <StateFilter batch={batch} value={state} onChange={setState} />
      {rows.error === null ? null : <WentWrong message={rows.error.message} className="mt-3" />}
      <Rows key={state ?? 'all'} batch={batch} rows={rows} scroller={scroller} open={open} />
    </section>
  );
}

function Rows({ batch, rows, scroller, open }: ItemTableProps & { rows: BatchRows }) {
  const list = useRef<HTMLOListElement>(null);
  const isNarrow = useMedia(NARROW);
  const margin = useOffset(list, scroller);
  const count = rows.count(batch.total);
  const height = isNarrow ? 80 : 40;
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 10,
    scrollMargin: margin,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another height measures anew
  useLayoutEffect(() => virtual.measure(), [height]);
  const shown = virtual.getVirtualItems();
  const [first, last] = [shown[0]?.index ?? 0, shown.at(-1)?.index ?? 0];
  useEffect(() => rows.want(first, last));
  useRefreshed(batch, rows, first, last);
  const move = (place: number) => {
    if (place < 0 || place >= count) return;
    virtual.scrollToIndex(place);
    requestAnimationFrame(() =>
      list.current?.querySelector<HTMLElement>(`a[data-place="${place}"]`)?.focus(),
    );
  };
  if (count === 0) {
    return (
      <p className="mt-3 rounded-xl border border-line border-dashed px-6 py-8 text-center text-soft">
        {batch.state === 'validating' ? 'The items are being read.' : 'No items in this state.'}
      </p>
    );
  }
  return (
    <ol
      ref={list}
      aria-label="Items"
      className="relative mt-3 overflow-hidden rounded-xl border border-line"
      style={{ height: virtual.getTotalSize() }}
    >
      {shown.map(({ index, start }) => (
        <ItemRow
          key={index}
          batch={batch}
          row={rows.at(index)}
          place={index}
          count={count}
          isOpen={open !== null && rows.at(index)?.index === open}
          top={start - margin}
          height={height}
          onMove={(by) => move(index + by)}
        />
      ))}
    </ol>
  );
}

/** Pixels from the top of what scrolls to the list; what stands above it may change its height. */
function useOffset(list: RefObject<HTMLElement | null>, scroller: RefObject<HTMLElement | null>): number {
  const [offset, setOffset] = useState(0);
  useLayoutEffect(() => {
    if (list.current === null || scroller.current === null) return;
    const below = list.current.getBoundingClientRect().top - scroller.current.getBoundingClientRect().top;
    setOffset(Math.round(below + scroller.current.scrollTop));
  });
  return offset;
}

/** The counts say that something has moved; only what is in sight is read again, and not at every word. */
function useRefreshed(batch: BatchSummary, rows: BatchRows, first: number, last: number): void {
  const at = useRef(Date.now());
  const sight = useRef({ first, last });
  sight.current = { first, last };
  const failed = useRef(batch.counts.failed);
  const key = `${batch.state} ${Object.values(batch.counts).join(' ')}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever a count has changed
  useEffect(() => {
    const timer = setTimeout(
      () => {
        at.current = Date.now();
        // Failed items that are tried again are rows that had ended.
        const isRetried = batch.counts.failed < failed.current;
        failed.current = batch.counts.failed;
        rows[isRetried ? 'renew' : 'refresh'](sight.current.first, sight.current.last);
      },
      Math.max(0, at.current + AGAIN_MS - Date.now()),
    );
    return () => clearTimeout(timer);
  }, [key, rows]);
}
