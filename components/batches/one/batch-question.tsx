'use client';

import { useId, useRef } from 'react';
import { Button } from '#components/ui/button.tsx';
import { Dialog } from '#components/ui/dialog.tsx';
import type { BatchSummary } from '#lib/wire/batch.ts';
import { items } from '../batch-words.ts';

interface Asked {
  batch: BatchSummary;
  /** Null: nothing. */
  asks: 'cancel' | 'delete' | null;
  onYes: () => void;
  onNo: () => void;
}

/** Before what cannot be taken back. */
export function BatchQuestion({ batch, asks, onYes, onNo }: Asked) {
  // While the dialog leaves, it still says what it was about.
  const last = useRef<'cancel' | 'delete'>('delete');
  if (asks !== null) last.current = asks;
  const id = useId();
  const { title, words, yes, no } = questions[last.current](batch);
  return (
    <Dialog open={asks !== null} onOpenChange={onNo} title={title} describedBy={id}>
      <div className="p-5">
        <p aria-hidden="true" className="font-semibold text-base">
          {title}
        </p>
        <p id={id} className="mt-1.5 text-soft">
          {words}
        </p>
        <div className="mt-5 flex flex-wrap justify-end gap-2">
          <Button onClick={onNo}>{no}</Button>
          <Button look="danger" onClick={onYes}>
            {yes}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

const questions = {
  cancel: ({ total, counts }: BatchSummary) => {
    const { done, failed, running } = counts;
    const ended = done > 0 ? `What is done stays (${items(done)}). ` : '';
    const half =
      running > 0 ? 'Of answers that are being written, what has come is kept, marked as partial. ' : '';
    const rest = `${items(Math.max(0, total - done - failed - running))} will not be asked; you can run the rest later.`;
    return {
      title: 'Cancel this batch?',
      words: ended + half + rest,
      yes: 'Cancel the batch',
      no: 'Let it run',
    };
  },
  delete: () => ({
    title: 'Delete this batch?',
    words: 'Its items and results are deleted for good. Download them first if you need them.',
    yes: 'Delete the batch',
    no: 'Keep it',
  }),
};
