'use client';

import { Download, RotateCw, Trash2, X } from 'lucide-react';
import { useState } from 'react';
import { BATCHES_ADDRESS, go } from '#components/navigation.ts';
import { say } from '#components/toasts/say.ts';
import { Button } from '#components/ui/button.tsx';
import { Dialog } from '#components/ui/dialog.tsx';
import { IconButton } from '#components/ui/icon-button.tsx';
import { keepAnswer, loseBatchHere, useBatchPort } from '#lib/client/batch-hooks.ts';
import { resultsAddress } from '#lib/client/batch-port.ts';
import { useClient } from '#lib/client/hooks.ts';
import { type BatchSummary, isOver } from '#lib/wire/batch.ts';
import { items } from '../batch-words.ts';

export function BatchActions({ batch }: { batch: BatchSummary }) {
  const { isBusy, cancel, retry, remove } = useBatchActions(batch);
  const [asks, setAsks] = useState<'cancel' | 'delete' | null>(null);
  const isEnded = isOver(batch.state);
  const { failed, done } = batch.counts;
  return (
    <div className="flex flex-wrap items-center gap-2 max-sm:gap-1.5">
      {isEnded && failed > 0 ? (
        <Button look="solid" disabled={isBusy} onClick={retry} className="max-sm:px-2.5">
          <RotateCw size={14} aria-hidden="true" />
          Retry failed
        </Button>
      ) : null}
      {isEnded && done + failed > 0 ? (
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
      <Dialog
        open={asks !== null}
        onOpenChange={() => setAsks(null)}
        title={asks === 'cancel' ? 'Cancel this batch?' : 'Delete this batch?'}
      >
        {asks === 'cancel' ? (
          <Question
            words={`What is done stays. ${items(batch.total - done - failed)} will not be asked.`}
            yes="Cancel the batch"
            no="Let it run"
            onNo={() => setAsks(null)}
            onYes={() => {
              setAsks(null);
              cancel();
            }}
          />
        ) : (
          <Question
            words="Its items and results are deleted for good. Download them first if you need them."
            yes="Delete the batch"
            no="Keep it"
            onNo={() => setAsks(null)}
            onYes={() => {
              setAsks(null);
              remove();
            }}
          />
        )}
      </Dialog>
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
      <Download size={14} aria-hidden="true" />
      {format.toUpperCase()}
    </a>
  );
}

interface Asked {
  words: string;
  yes: string;
  no: string;
  onYes: () => void;
  onNo: () => void;
}

function Question({ words, yes, no, onYes, onNo }: Asked) {
  return (
    <div className="p-5">
      <p aria-hidden="true" className="font-medium">{`${yes}?`}</p>
      <p className="mt-1 mb-4 text-soft">{words}</p>
      <div className="flex justify-end gap-2">
        <Button onClick={onNo}>{no}</Button>
        <Button look="solid" onClick={onYes}>
          {yes}
        </Button>
      </div>
    </div>
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
      .finally(() => setBusy(false));
  };
  return {
    isBusy,
    cancel: () => run(() => keepAnswer(client, batch.id, () => port.cancel(batch.id))),
    retry: () => run(() => keepAnswer(client, batch.id, () => port.retry(batch.id))),
    remove: () =>
      run(async () => {
        await port.remove(batch.id);
        go(BATCHES_ADDRESS);
        loseBatchHere(client, batch.id);
      }),
  };
}
