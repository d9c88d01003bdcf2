'use client';

import { Plus } from 'lucide-react';
import { goOnPlainClick } from '#components/navigation.ts';
import { Button } from '#components/ui/button.tsx';
import { cx } from '#components/ui/cx.ts';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { useNow } from '#components/use-now.ts';
import { useBatches } from '#lib/client/batch-hooks.ts';
import type { BatchSummary } from '#lib/wire/batch.ts';
import { batchAddress, NEW_BATCH_ADDRESS } from './batch-place.ts';
import { batchWords, countWords, paceWords, whenWords } from './batch-words.ts';
import { PageFrame, PageHeading } from './page-frame.tsx';
import { ProgressBar } from './progress-bar.tsx';
import { StateLabel } from './state-label.tsx';
import { WentWrong } from './went-wrong.tsx';

export function BatchList() {
  const { batches, error, hasMore, more } = useBatches();
  const isEmpty = batches?.length === 0;
  return (
    <PageFrame>
      <header className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div>
          <PageHeading>Batches</PageHeading>
          <p className="mt-1 max-w-prose text-soft">
            Many prompts as one job. It runs in the background behind your chats and goes on when you leave.
          </p>
        </div>
        {isEmpty ? null : <NewBatchLink />}
      </header>
      <div className="mt-5 grid gap-4">
        {error === null ? null : (
          <WentWrong
            message={batches === null ? `Your batches could not be loaded. ${error.message}` : error.message}
          />
        )}
        {batches === null ? (
          error === null ? (
            <Loading />
          ) : null
        ) : isEmpty ? (
          <Empty />
        ) : (
          <List batches={batches} />
        )}
        {hasMore ? (
          <Button className="justify-self-center" onClick={more}>
            Show older ones
          </Button>
        ) : null}
      </div>
    </PageFrame>
  );
}

function NewBatchLink() {
  return (
    <a
      href={NEW_BATCH_ADDRESS}
      onClick={(event) => goOnPlainClick(event, NEW_BATCH_ADDRESS)}
      className="inline-flex h-9 shrink-0 items-center gap-1.5 rounded-md bg-accent px-3.5 font-medium text-on-accent text-sm hover:bg-accent-deep"
    >
      <Plus size={15} aria-hidden="true" />
      New batch
    </a>
  );
}

function List({ batches }: { batches: readonly BatchSummary[] }) {
  const now = useNow(false);
  return (
    <ul
      aria-label="Batches"
      className="divide-y divide-line overflow-hidden rounded-xl border border-line bg-raised"
    >
      {batches.map((batch) => (
        <Row key={batch.id} batch={batch} now={now} />
      ))}
    </ul>
  );
}

function Row({ batch, now }: { batch: BatchSummary; now: number }) {
  const address = batchAddress(batch.id);
  const words = batchWords(batch);
  const pace = paceWords(batch);
  return (
    <li className="relative grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-6 gap-y-1.5 px-4 py-3 hover:bg-hover/60 lg:grid-cols-[minmax(0,1.2fr)_minmax(0,1fr)_13rem_9.5rem]">
      <div className="min-w-0">
        <a
          href={address}
          onClick={(event) => goOnPlainClick(event, address)}
          className="block truncate font-medium after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:outline-accent focus-visible:after:-outline-offset-2"
        >
          {batch.name}
        </a>
        <p className="truncate text-faint text-xs">
          {[askedOf(batch), batch.viaApi ? 'by API' : null].filter(Boolean).join(' · ')}
        </p>
      </div>
      <StateLabel state={batch.state} words={words} className="max-lg:justify-self-end lg:order-3" />
      <div className="min-w-0 max-lg:col-span-2 lg:order-2">
        <ProgressBar batch={batch} className="h-1.5" />
        <p className="mt-1 truncate text-soft text-xs tabular-nums">
          {[countWords(batch)[0], pace].filter(Boolean).join(' · ')}
        </p>
      </div>
      <time
        dateTime={new Date(batch.createdAt).toISOString()}
        className={cx('text-faint text-xs tabular-nums max-lg:col-span-2 lg:order-4 lg:text-right')}
      >
        {whenWords(batch.createdAt, now)}
      </time>
    </li>
  );
}

function Empty() {
  return (
    <div className="rounded-xl border border-line border-dashed px-6 py-12 text-center">
      <p className="font-medium">No batches yet</p>
      <p className="mx-auto mt-1 mb-4 max-w-md text-balance text-soft">
        Paste lines, or bring a CSV or an OpenAI Batch file, say what to ask about each item, and look at the
        first three prompts before anything starts.
      </p>
      <NewBatchLink />
    </div>
  );
}

function Loading() {
  return (
    <div role="status" aria-label="Loading batches" className="grid gap-px">
      {[0, 1, 2].map((at) => (
        <Skeleton key={at} className="h-16 w-full rounded-xl" />
      ))}
    </div>
  );
}

/** The model, or the stages; null where each item names its own model. */
function askedOf({ stages }: BatchSummary): string | null {
  if (stages.length === 1) return stages[0]?.model ?? null;
  return `${stages.length} stages: ${stages.map(({ name }) => name).join(', ')}`;
}
