'use client';

import { whole } from '#components/format.ts';
import { goOnPlainClick } from '#components/navigation.ts';
import { cx } from '#components/ui/cx.ts';
import { Skeleton } from '#components/ui/skeleton.tsx';
import type { BatchItemRow, BatchSummary } from '#lib/wire/batch.ts';
import { batchAddress } from '../batch-place.ts';
import { itemWords } from '../batch-words.ts';
import { StateLabel } from '../state-label.tsx';

export interface ItemRowProps {
  batch: BatchSummary;
  /** Undefined until it is read. */
  row: BatchItemRow | undefined;
  place: number;
  count: number;
  isOpen: boolean;
  /** Pixels. */
  top: number;
  height: number;
  /** Goes to a row above or below. */
  onMove: (by: number) => void;
}

export function ItemRow({ batch, row, place, count, isOpen, top, height, onMove }: ItemRowProps) {
  return (
    <li
      aria-posinset={place + 1}
      aria-setsize={count}
      className={cx(
        'absolute inset-x-0 grid items-center gap-x-4 border-line border-b px-4 text-[0.8125rem] max-md:grid-cols-[4rem_minmax(0,1fr)] max-md:content-center max-md:gap-y-0.5 md:grid-cols-[3.5rem_9rem_minmax(0,1fr)_minmax(0,1.4fr)]',
        isOpen ? 'bg-wash' : row !== undefined && 'hover:bg-hover/60',
      )}
      style={{ height, transform: `translateY(${top}px)` }}
    >
      {row === undefined ? (
        <Skeleton className="col-span-full h-3.5 w-full" />
      ) : (
        <Cells batch={batch} row={row} place={place} isOpen={isOpen} onMove={onMove} />
      )}
    </li>
  );
}

type CellsProps = Pick<ItemRowProps, 'batch' | 'place' | 'isOpen' | 'onMove'> & { row: BatchItemRow };

function Cells({ batch, row, place, isOpen, onMove }: CellsProps) {
  const address = batchAddress(batch.id, row.index);
  const stage = batch.stages.length > 1 ? batch.stages[row.stage]?.name : undefined;
  const words = itemWords[row.state];
  const isSomewhere = row.state === 'running' || row.state === 'failed';
  const label = stage === undefined || !isSomewhere ? words.label : `${words.label}: ${stage}`;
  return (
    <>
      <span className="min-w-0">
        <a
          href={address}
          data-item={row.index}
          data-place={place}
          aria-current={isOpen || undefined}
          aria-label={`Item ${row.index + 1}`}
          onClick={(event) => goOnPlainClick(event, address)}
          onKeyDown={(event) => {
            const by = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 }[event.key];
            if (by === undefined) return;
            event.preventDefault();
            onMove(by);
          }}
          className="block truncate text-faint tabular-nums after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:outline-accent focus-visible:after:-outline-offset-2"
        >
          {whole(row.index + 1)}
        </a>
      </span>
      <span className="flex min-w-0">
        <StateLabel state={row.state} words={{ ...words, label }} />
      </span>
      <span className="truncate text-soft max-md:col-span-2">
        {row.customId === null ? row.input : `${row.customId} · ${row.input}`}
      </span>
      <span
        className={cx(
          'truncate max-md:col-span-2',
          row.message !== null ? 'text-bad' : row.state === 'cancelled' ? 'text-soft italic' : 'text-ink',
        )}
      >
        {row.message ?? row.output ?? ''}
      </span>
    </>
  );
}
