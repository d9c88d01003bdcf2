'use client';

import { Download, Play, RotateCw, Trash2, X } from 'lucide-react';
import { useState } from 'react';
import { catchFocus } from '#components/focus.ts';
import { BATCHES_ADDRESS, go } from '#components/navigation.ts';
import { say } from '#components/toasts/say.ts';
import { Button } from '#components/ui/button.tsx';
import { IconButton } from '#components/ui/icon-button.tsx';
import { keepAnswer, loseBatchHere, useBatchPort } from '#lib/client/batch-hooks.ts';
import { resultsAddress } from '#lib/client/batch-port.ts';
import { useClient } from '#lib/client/hooks.ts';
import { type BatchSummary, isOver } from '#lib/wire/batch.ts';
import { BatchQuestion } from './batch-question.tsx';

export function BatchActions({ batch }: { batch: BatchSummary }) {
  const { isBusy, cancel, retry, remove } = useBatchActions(batch);
  const [asks, setAsks] = useState<'cancel' | 'delete' | null>(null);
  const isEnded = isOver(batch.state);
  const { failed, done, cancelled } = batch.counts;
  // A file that was not read in to its end has a rest, too.
  const hasRest = isEnded && (cancelled > 0 || (batch.startedAt === null && batch.state !== 'failed'));
  return (
    <div className="flex flex-wrap items-center gap-2 max-sm:gap-1.5">
      {hasRest ? (
        <Button look="solid" disabled={isBusy} onClick={() => retry('cancelled')} className="max-sm:px-2.5">
          <Play size={14} aria-hidden="true" />
          Run the rest
        </Button>
      ) : null}
      {isEnded && failed > 0 ? (
        <Button
          look={hasRest ? 'outline' : 'solid'}
          disabled={isBusy}
          onClick={() => retry('failed')}
          className="max-sm:px-2.5"
        >
          <RotateCw size={14} aria-hidden="true" />
          Retry failed
        </Button>
      ) : null}
      {isEnded && done + failed + cancelled > 0 ? (
        <>
          <DownloadLink batchId={batch.id} format="jsonl" />
          <DownloadLink batchId={batch.id} format="csv" />
        </>
      ) : null}
      {isEnded || batch.state === 'cancelling' ? null : (
        <Button disabled={isBusy} onClick={() => setAsks('cancel')}>
          <X size={14} aria-hidden="true" />
          Cancel
        </Button>
      )}
      <IconButton
        label="Delete"
        size="icon"
        icon={<Trash2 size={15} />}
        disabled={isBusy}
        onClick={() => setAsks('delete')}
      />
      <BatchQuestion
        batch={batch}
        asks={asks}
        onNo={() => setAsks(null)}
        onYes={() => {
          setAsks(null);
          if (asks === 'cancel') cancel();
          else remove();
        }}
      />
    </div>
  );
}

function DownloadLink({ batchId, format }: { batchId: string; format: 'jsonl' | 'csv' }) {
  return (
    <a
      href={resultsAddress(batchId, format)}
      download
      aria-label={`Download ${format.toUpperCase()}`}
      className="inline-flex h-9 shrink-0 items-center gap-1.5 rounded-md border border-line bg-raised px-3.5 font-medium text-sm hover:bg-hover max-sm:px-2.5"
    >
      <Download size={14} aria-hidden="true" className="max-[26rem]:hidden" />
      {format.toUpperCase()}
    </a>
  );
}

function useBatchActions(batch: BatchSummary) {
  const client = useClient();
  const port = useBatchPort();
  const [isBusy, setBusy] = useState(false);
  const run = (work: () => Promise<void>) => {
    setBusy(true);
    work()
      .catch((error: Error) => say({ message: error.message, tone: 'bad' }))
      .finally(() => {
        setBusy(false);
        // The button that was pressed goes with the state that it changed.
        catchFocus(() => document.querySelector('main h1'));
      });
  };
  return {
    isBusy,
    cancel: () => run(() => keepAnswer(client, batch.id, () => port.cancel(batch.id))),
    retry: (which: 'failed' | 'cancelled') =>
      run(() => keepAnswer(client, batch.id, () => port.retry(batch.id, which))),
    remove: () =>
      run(async () => {
        await port.remove(batch.id);
        go(BATCHES_ADDRESS);
        loseBatchHere(client, batch.id);
      }),
  };
}
