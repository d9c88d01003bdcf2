'use client';

import { Plus, Workflow } from 'lucide-react';
import { catchFocus } from '#components/focus.ts';
import { Button } from '#components/ui/button.tsx';
import { emptyForm, type StageDraft } from '#lib/client/batch-draft.ts';
import { batchLimits } from '#lib/wire/batch.ts';
import { batchPresets } from '#lib/wire/batch-presets.ts';
import { StageCard } from './stage-card.tsx';
import { columnsOf, fitTemplates, placeholders, presetStages, withStage } from './stage-edits.ts';
import type { NewBatchView } from './use-new-batch.ts';

/** The first field of the card that stands there. */
function fieldOfStage(at: number): HTMLElement | null {
  const cards = document.querySelectorAll('section[aria-labelledby="batch-stages"] > ol > li');
  return cards[at]?.querySelector<HTMLElement>('input, textarea') ?? null;
}

/** What is asked about each item: once, or in stages that build on each other. */
export function StagesSection({ view }: { view: NewBatchView }) {
  const { form, change, problems } = view;
  const { stages, format } = form;
  const columns = columnsOf(format, form.upload);
  const put = (next: StageDraft[]) => change({ stages: next });
  const isPipeline = stages.length > 1;
  return (
    <section aria-labelledby="batch-stages" className="grid gap-3">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 pt-2">
        <h2 id="batch-stages" className="font-semibold text-base tracking-tight">
          {isPipeline ? 'Stages' : 'Prompt'}
        </h2>
        {isPipeline ? (
          <Button size="small" look="ghost" onClick={() => put(fitTemplates(emptyForm.stages, columns))}>
            Back to one prompt
          </Button>
        ) : format === 'jsonl' ? null : (
          batchPresets.map(({ id, label, about }) => (
            <Button key={id} size="small" title={about} onClick={() => put(presetStages(id, columns))}>
              <Workflow size={14} aria-hidden="true" />
              Pipeline: {label}
            </Button>
          ))
        )}
      </div>
      <ol aria-label="Stages" className="grid gap-3">
        {stages.map((stage, at) => (
          <StageCard
            key={stage.key}
            stage={stage}
            at={at}
            isPipeline={isPipeline}
            isAsItStands={at === 0 && format === 'jsonl'}
            placeholders={placeholders(stages, at, columns)}
            problems={problems.filter((problem) => problem.stage === stage.key)}
            onChange={(next) => put(stages.with(at, { ...stage, ...next }))}
            onRemove={() => {
              put(stages.toSpliced(at, 1));
              catchFocus(() => fieldOfStage(Math.min(at, stages.length - 2)));
            }}
          />
        ))}
      </ol>
      {stages.length < batchLimits.stages ? (
        <Button
          className="justify-self-start"
          onClick={() => put(withStage(stages, `${Date.now()}-${stages.length}`))}
        >
          <Plus size={15} aria-hidden="true" />
          Add a stage
        </Button>
      ) : null}
    </section>
  );
}
