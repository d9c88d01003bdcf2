'use client';

import { LoaderCircle, Play } from 'lucide-react';
import { giveFocusBack } from '#components/focus.ts';
import { whole } from '#components/format.ts';
import { Button } from '#components/ui/button.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { useBatchSlot } from '#lib/client/batch-hooks.ts';
import { useConnection } from '#lib/client/hooks.ts';
import { batchLimits } from '#lib/wire/batch.ts';
import { items, roundly } from '../batch-words.ts';
import { BackToBatches, PageFrame, PageHeading } from '../page-frame.tsx';
import { TextField } from './field.tsx';
import { FirstPrompts, Warnings } from './first-prompts.tsx';
import { ItemsSection } from './items-section.tsx';
import { ProblemList } from './problem-list.tsx';
import { StagesSection } from './stages-section.tsx';
import { type NewBatchView, nameOf, useNewBatch } from './use-new-batch.ts';

/** Items, what to ask about each, a look at the first three, and off it goes. */
export function NewBatchPage() {
  const slot = useBatchSlot();
  if (slot !== null) return <Draft slot={slot} />;
  return (
    <PageFrame>
      <BackToBatches />
      <PageHeading>New batch</PageHeading>
      <Skeleton className="mt-4 h-64 w-full max-w-[52rem] rounded-xl" />
    </PageFrame>
  );
}

function Draft({ slot }: { slot: string }) {
  const view = useNewBatch(slot);
  const { form, lines, change } = view;
  return (
    <PageFrame>
      <BackToBatches />
      <PageHeading>New batch</PageHeading>
      <div className="mt-4 grid gap-6 xl:grid-cols-[minmax(0,52rem)_minmax(24rem,1fr)] xl:items-start xl:gap-8">
        <div className="grid min-w-0 gap-3">
          <ItemsSection view={view} />
          <StagesSection view={view} />
        </div>
        <div className="grid min-w-0 max-w-[52rem] gap-4 xl:sticky xl:top-2">
          <TextField
            label="Name"
            placeholder={nameOf({ ...form, name: '' }, lines)}
            maxLength={batchLimits.nameLength}
            value={form.name}
            onChange={(name) => change({ name })}
          />
          <Off view={view} />
        </div>
      </div>
    </PageFrame>
  );
}

function Off({ view }: { view: NewBatchView }) {
  const { progress, trouble, problems, form, lines } = view;
  const isOpen = useConnection().phase === 'open';
  const isEmpty = form.upload === null && lines.trim() === '';
  const isBusy = progress.step !== 'idle' && progress.step !== 'ready';
  return (
    <section aria-label="Preview" aria-busy={isBusy} className="grid gap-3">
      <div className="flex flex-wrap items-center gap-3">
        {progress.step === 'ready' || progress.step === 'starting' ? (
          <Button
            key="start"
            ref={catchLost}
            look="solid"
            disabled={isBusy || !isOpen}
            onClick={() => void view.start()}
          >
            {isBusy ? <Busy /> : <Play size={15} aria-hidden="true" />}
            {progress.step === 'ready' ? `Start ${items(progress.upload.total)}` : 'Starting'}
          </Button>
        ) : (
          <Button
            key="preview"
            look="solid"
            disabled={isBusy || isEmpty || !isOpen}
            onClick={() => void view.preview()}
          >
            {isBusy ? <Busy /> : null}
            Preview
          </Button>
        )}
        <p role="status" className="text-[0.8125rem] text-soft">
          {hint(view, isEmpty)}
        </p>
      </div>
      {problems.length > 0 ? (
        <p className="text-[0.8125rem] text-bad">
          {problems.length === 1 ? 'One field' : `${problems.length} fields`} of the prompt cannot be used as
          it stands.
        </p>
      ) : null}
      {trouble === null || trouble.of === 'items' ? null : <ProblemList trouble={trouble} />}
      {progress.step === 'ready' ? (
        <>
          <Warnings preview={progress.preview} isPipeline={form.stages.length > 1} />
          <FirstPrompts preview={progress.preview} />
        </>
      ) : null}
    </section>
  );
}

/** Preview goes when Start comes, and takes the focus with it. */
function catchLost(start: HTMLElement | null): void {
  if (start !== null) giveFocusBack(start);
}

function Busy() {
  return <LoaderCircle size={15} aria-hidden="true" className="animate-turn" />;
}

function hint({ progress, trouble }: NewBatchView, isEmpty: boolean): string {
  if (progress.step === 'ready') {
    const { calls, tokensIn } = progress.preview.estimate;
    return `${whole(calls)} ${calls === 1 ? 'call' : 'calls'}, roughly ${roundly(tokensIn)} tokens in`;
  }
  if (progress.step === 'checking' || progress.step === 'uploading') return 'Reading the items';
  if (isEmpty) return 'Add items first.';
  return progress.step === 'idle' && trouble === null
    ? 'Nothing is asked before you have seen the first three.'
    : '';
}
