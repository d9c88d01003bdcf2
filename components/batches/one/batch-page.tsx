'use client';

import { useEffect, useRef, useState } from 'react';
import { go } from '#components/navigation.ts';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { useBatch } from '#lib/client/batch-hooks.ts';
import { useModels } from '#lib/client/hooks.ts';
import type { BatchSummary } from '#lib/wire/batch.ts';
import { batchAddress } from '../batch-place.ts';
import {
  batchAnnouncement,
  batchWords,
  countWords,
  paceWords,
  tokenWords,
  whenWords,
} from '../batch-words.ts';
import { BackToBatches, PageFrame, PageHeading } from '../page-frame.tsx';
import { ProgressBar } from '../progress-bar.tsx';
import { StateLabel } from '../state-label.tsx';
import { WentWrong } from '../went-wrong.tsx';
import { BatchActions } from './batch-actions.tsx';
import { ItemPanel } from './item-panel.tsx';
import { ItemTable } from './item-table.tsx';
import { StageGauges } from './stage-gauges.tsx';
import { OVER, useMedia } from './use-media.ts';

/** One batch: how far it is, what can be done with it, its items, and beside them the one that is read. */
export function BatchPage({ batchId, item }: { batchId: string; item: number | null }) {
  const { batch, error } = useBatch(batchId);
  if (batch === null) return <Gone />;
  if (batch === undefined) return <NotYet error={error} />;
  return <There batch={batch} item={item} />;
}

function There({ batch, item }: { batch: BatchSummary; item: number | null }) {
  const scroller = useRef<HTMLDivElement>(null);
  const isCovered = useMedia(OVER) && item !== null;
  const close = () => {
    go(batchAddress(batch.id));
    requestAnimationFrame(() => {
      const row = scroller.current?.querySelector<HTMLElement>(`a[data-item="${item}"]`);
      (row ?? scroller.current?.querySelector<HTMLElement>('h1'))?.focus();
    });
  };
  return (
    <div className="relative flex min-h-0 flex-1">
      <PageFrame scroller={scroller} isCovered={isCovered}>
        <BackToBatches />
        <Head batch={batch} />
        <ItemTable batch={batch} scroller={scroller} open={item} />
      </PageFrame>
      {item === null ? null : <ItemPanel batch={batch} index={item} onClose={close} />}
      <Announcer batch={batch} />
    </div>
  );
}

function Head({ batch }: { batch: BatchSummary }) {
  const { models } = useModels();
  const only = batch.stages.length === 1 ? batch.stages[0]?.model : undefined;
  const model = models.find(({ id }) => id === only)?.label ?? only;
  const facts = [
    paceWords(batch),
    tokenWords(batch),
    model,
    `made ${whenWords(batch.createdAt, Date.now())}`,
  ];
  return (
    <>
      <header className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <PageHeading>{batch.name}</PageHeading>
        <BatchActions batch={batch} />
      </header>
      <div className="mt-4 rounded-xl border border-line bg-raised p-4">
        <div className="mb-2.5 flex flex-wrap items-center justify-between gap-x-6 gap-y-1">
          <StateLabel state={batch.state} words={batchWords(batch)} className="font-medium" />
          <p className="text-[0.8125rem] text-soft tabular-nums">{countWords(batch).join(' · ')}</p>
        </div>
        <ProgressBar batch={batch} />
        <p className="mt-2.5 text-faint text-xs tabular-nums">{facts.filter(Boolean).join(' · ')}</p>
        {batch.message === null ? null : <WentWrong message={batch.message} className="mt-3" />}
      </div>
      <StageGauges batch={batch} />
    </>
  );
}

function Announcer({ batch }: { batch: BatchSummary }) {
  const before = useRef<BatchSummary | null>(null);
  const [words, say] = useState('');
  useEffect(() => {
    const next = batchAnnouncement(before.current, batch);
    before.current = batch;
    if (next !== null) say(next);
  }, [batch]);
  return (
    <div aria-live="polite" className="sr-only">
      {words}
    </div>
  );
}

function Gone() {
  return (
    <PageFrame>
      <BackToBatches />
      <PageHeading>This batch does not exist</PageHeading>
      <p className="mt-1 max-w-prose text-soft">
        It was deleted, it is older than thirty days, or its address belongs to somebody else.
      </p>
    </PageFrame>
  );
}

function NotYet({ error }: { error: Error | null }) {
  return (
    <PageFrame>
      <BackToBatches />
      {error === null ? (
        <div role="status" aria-label="Loading the batch" className="grid gap-4">
          <Skeleton className="h-8 w-64" />
          <Skeleton className="h-24 w-full rounded-xl" />
          <Skeleton className="h-64 w-full rounded-xl" />
        </div>
      ) : (
        <WentWrong message={`The batch could not be loaded. ${error.message}`} />
      )}
    </PageFrame>
  );
}
