'use client';

import { ChevronDown, ChevronUp, RotateCw, X } from 'lucide-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { whole } from '#components/format.ts';
import { go } from '#components/navigation.ts';
import { say } from '#components/toasts/say.ts';
import { Button } from '#components/ui/button.tsx';
import { IconButton } from '#components/ui/icon-button.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { keepAnswer, useBatchItem, useBatchPort } from '#lib/client/batch-hooks.ts';
import { useClient } from '#lib/client/hooks.ts';
import { type BatchSummary, isOver } from '#lib/wire/batch.ts';
import { batchAddress } from '../batch-place.ts';
import { WentWrong } from '../went-wrong.tsx';
import { ItemReading } from './item-reading.tsx';

/** One item to read: beside the table where there is room, else over it. */
export function ItemPanel({
  batch,
  index,
  onClose,
}: {
  batch: BatchSummary;
  index: number;
  onClose: () => void;
}) {
  const { retry, round } = useRetryOne(batch, index);
  const { view, error } = useBatchItem(batch.id, index, round);
  const panel = useRef<HTMLElement>(null);
  useEffect(() => panel.current?.focus({ preventScroll: true }), []);
  const state = view?.item.state;
  const canRetry = (state === 'failed' || state === 'cancelled') && batch.state !== 'cancelling';
  return (
    <aside
      ref={panel}
      tabIndex={-1}
      aria-label={`Item ${index + 1}`}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.defaultPrevented) return;
        event.preventDefault();
        onClose();
      }}
      className="flex min-h-0 flex-col bg-canvas outline-none max-xl:absolute max-xl:inset-0 max-xl:z-20 xl:w-[min(42%,52rem)] xl:shrink-0 xl:border-line xl:border-l"
    >
      <PanelHead batch={batch} index={index} onClose={onClose}>
        {canRetry ? (
          <Button
            size="small"
            onClick={() => {
              retry();
              // The button goes when the item waits again.
              panel.current?.focus({ preventScroll: true });
            }}
          >
            <RotateCw size={13} aria-hidden="true" />
            {state === 'failed' ? 'Retry' : 'Run this one'}
          </Button>
        ) : null}
      </PanelHead>
      <div className="min-h-0 flex-1 overflow-y-auto px-4 pb-10">
        {error === null ? null : <WentWrong message={error.message} />}
        {view === null && error === null ? (
          <Skeleton className="h-40 w-full rounded-xl" />
        ) : view === null ? null : (
          <ItemReading view={view} batch={batch} />
        )}
      </div>
    </aside>
  );
}

function PanelHead({
  batch,
  index,
  onClose,
  children,
}: {
  batch: BatchSummary;
  index: number;
  onClose: () => void;
  children: ReactNode;
}) {
  const to = (at: number) => go(batchAddress(batch.id, at));
  return (
    <header className="flex h-12 shrink-0 items-center gap-1 pr-2 pl-4">
      <h2 className="min-w-0 flex-1 truncate font-medium tabular-nums">
        Item {whole(index + 1)} <span className="font-normal text-faint">of {whole(batch.total)}</span>
      </h2>
      {children}
      <IconButton
        label="Previous item"
        icon={<ChevronUp size={16} />}
        disabled={index === 0}
        onClick={() => to(index - 1)}
      />
      <IconButton
        label="Next item"
        icon={<ChevronDown size={16} />}
        disabled={index + 1 >= batch.total}
        onClick={() => to(index + 1)}
      />
      <IconButton label="Close item" shortcut="Esc" icon={<X size={16} />} onClick={onClose} />
    </header>
  );
}

/** `round` changes whenever the item may be another than before. */
function useRetryOne(batch: BatchSummary, index: number) {
  const client = useClient();
  const port = useBatchPort();
  const [pressed, setPressed] = useState(0);
  const retry = () => {
    keepAnswer(client, batch.id, () => port.retry(batch.id, index)).then(
      () => setPressed((count) => count + 1),
      (error: Error) => say({ message: error.message, tone: 'bad' }),
    );
  };
  return { retry, round: pressed * 2 + (isOver(batch.state) ? 1 : 0) };
}
