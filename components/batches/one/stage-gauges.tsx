'use client';

import { whole } from '#components/format.ts';
import { cx } from '#components/ui/cx.ts';
import { useModels } from '#lib/client/hooks.ts';
import type { BatchSummary } from '#lib/wire/batch.ts';

type Stage = BatchSummary['stages'][number];

/** What each stage holds: open calls of those it may have, and what waits before it. */
export function StageGauges({ batch }: { batch: BatchSummary }) {
  const [first] = batch.stages;
  // The counts of the batch say the same of a single stage.
  if (batch.stages.length === 1 && first?.limit === undefined) return null;
  return (
    <ol
      aria-label="Stages"
      className="mt-3 grid grid-cols-[repeat(auto-fit,minmax(min(100%,11rem),1fr))] gap-3"
    >
      {batch.stages.map((stage) => (
        <Gauge key={stage.name} stage={stage} />
      ))}
    </ol>
  );
}

function Gauge({ stage }: { stage: Stage }) {
  const { models } = useModels();
  const model = models.find(({ id }) => id === stage.model)?.label ?? stage.model ?? 'as in the file';
  const { waiting, running, done, failed } = stage.counts;
  const numbers = [
    { name: 'in line', count: waiting },
    { name: 'done', count: done },
    { name: 'failed', count: failed },
  ];
  return (
    <li aria-label={`Stage ${stage.name}`} className="rounded-xl border border-line px-4 py-3">
      <p className="flex items-baseline justify-between gap-3">
        <span className="max-w-[70%] shrink-0 truncate font-medium text-[0.8125rem]">{stage.name}</span>
        <span className="min-w-0 truncate text-faint text-xs">{model}</span>
      </p>
      <p className="mt-2 mb-1 text-soft text-xs tabular-nums">
        {whole(running)}
        {stage.limit === undefined ? '' : ` of ${whole(stage.limit)}`} running
      </p>
      {stage.limit === undefined ? null : (
        <div aria-hidden="true" className="h-1.5 overflow-hidden rounded-full bg-hover">
          <div
            className="h-full rounded-full bg-accent transition-[width] duration-300"
            style={{ width: `${(100 * Math.min(running, stage.limit)) / stage.limit}%` }}
          />
        </div>
      )}
      <dl className="mt-2 flex flex-wrap gap-x-3 gap-y-0.5 text-xs tabular-nums">
        {numbers.map(({ name, count }) => (
          <div
            key={name}
            className={cx('flex gap-1', name === 'failed' && count > 0 ? 'text-bad' : 'text-faint')}
          >
            <dd>{whole(count)}</dd>
            <dt>{name}</dt>
          </div>
        ))}
      </dl>
    </li>
  );
}
