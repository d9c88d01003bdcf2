'use client';

import { ChevronsUpDown, Columns3, X } from 'lucide-react';
import { lazy, Suspense, useEffect, useState } from 'react';
import { preloadComparison } from '#components/comparison/lazy-comparison.tsx';
import { Button } from '#components/ui/button.tsx';
import { IconButton } from '#components/ui/icon-button.tsx';
import { Popover } from '#components/ui/popover.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { useModels } from '#lib/client/hooks.ts';
import type { ModelInfo } from '#lib/wire/chat.ts';
import { useCompareChoice } from './compare-choice.ts';
import { DemoTag } from './model-picker.tsx';

const ModelList = lazy(async () => ({ default: (await import('./model-list.tsx')).ModelList }));
const ComparePanel = lazy(async () => ({ default: (await import('./compare-panel.tsx')).ComparePanel }));

/**
 * The model that answers, or the several that answer side by side.
 * @param chatId `new` for a chat that does not exist yet
 */
export function AnswerPicker({
  chatId,
  model,
  onChange,
}: {
  chatId: string;
  model: string;
  onChange: (model: string) => void;
}) {
  const { models } = useModels();
  const { chosen: several, compared, choose } = useCompareChoice(chatId);
  const [open, setOpen] = useState<'one' | 'several' | null>(null);
  const chosen = models.find(({ id }) => id === model);
  const isComparing = compared.length > 0;
  // Also where the choice was made before a reload: sent without a connection, the answers show all the same.
  useEffect(() => {
    if (isComparing) preloadComparison();
  }, [isComparing]);
  if (chosen === undefined) return <Skeleton className="mx-1 h-4 w-24" />;
  const beginComparing = () => {
    if (several.length === 0) choose([model]);
    setOpen('several');
  };
  const close = () => {
    // One alone is no comparison.
    if (several.length < 2) choose([]);
    setOpen(null);
  };
  return (
    <>
      <Popover
        label="Models"
        open={open !== null}
        onOpenChange={(isOpen) => (isOpen ? setOpen(isComparing ? 'several' : 'one') : close())}
        className="w-[min(20rem,calc(100vw-1.5rem))]"
        trigger={
          <Button
            look={isComparing ? 'marked' : 'ghost'}
            size="small"
            aria-label={`Model: ${isComparing ? `comparing ${compared.length} answers` : chosen.label}`}
            className="min-w-0 shrink px-2"
          >
            {isComparing ? <Several count={compared.length} /> : <One model={chosen} />}
            <ChevronsUpDown size={13} className="shrink-0 text-faint" />
          </Button>
        }
      >
        <Suspense fallback={<Skeleton className="m-2 h-24" />}>
          {open === 'several' ? (
            <ComparePanel chosen={several} onChange={choose} onDone={close} />
          ) : (
            <ModelList
              models={models}
              model={model}
              onChoose={(id) => {
                onChange(id);
                setOpen(null);
              }}
              onCompare={beginComparing}
            />
          )}
        </Suspense>
      </Popover>
      {!isComparing ? null : (
        <IconButton
          label="Clear comparison"
          icon={<X size={14} />}
          className="-ml-2 shrink-0"
          onClick={() => choose([])}
        />
      )}
    </>
  );
}

function One({ model: { label, demo } }: { model: ModelInfo }) {
  return (
    <>
      <span className="truncate">{label}</span>
      {demo ? <DemoTag /> : null}
    </>
  );
}

function Several({ count }: { count: number }) {
  return (
    <>
      <Columns3 size={13} aria-hidden="true" className="shrink-0" />
      <span className="truncate">Comparing {count} answers</span>
    </>
  );
}
