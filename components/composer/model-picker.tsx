'use client';

import { ChevronsUpDown } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { Popover } from '#components/ui/popover.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { useModels } from '#lib/client/hooks.ts';

const ModelList = lazy(async () => ({ default: (await import('./model-list.tsx')).ModelList }));

export function ModelPicker({ model, onChange }: { model: string; onChange: (model: string) => void }) {
  const { models } = useModels();
  const [isOpen, setOpen] = useState(false);
  const chosen = models.find(({ id }) => id === model);
  if (chosen === undefined) return <Skeleton className="mx-1 h-4 w-24" />;
  return (
    <Popover
      label="Models"
      open={isOpen}
      onOpenChange={setOpen}
      className="w-[min(20rem,calc(100vw-1.5rem))]"
      trigger={
        <Button
          look="ghost"
          size="small"
          aria-label={`Model: ${chosen.label}`}
          className="min-w-0 shrink gap-1.5 px-2"
        >
          <span className="truncate">{chosen.label}</span>
          {chosen.demo ? <DemoTag /> : null}
          <ChevronsUpDown size={13} className="shrink-0 text-faint" />
        </Button>
      }
    >
      <Suspense fallback={<Skeleton className="m-2 h-24" />}>
        <ModelList
          models={models}
          model={model}
          onChoose={(id) => {
            onChange(id);
            setOpen(false);
          }}
        />
      </Suspense>
    </Popover>
  );
}

export function DemoTag() {
  return <span className="shrink-0 rounded bg-wash px-1.5 text-2xs text-accent">demo</span>;
}
