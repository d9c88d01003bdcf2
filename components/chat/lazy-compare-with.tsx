'use client';

import { lazy, Suspense } from 'react';
import { Dialog } from '#components/ui/dialog.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';

const CompareWith = lazy(async () => ({ default: (await import('./compare-with.tsx')).CompareWith }));

export function LazyCompareWith({
  open,
  onOpenChange,
  onAsk,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onAsk: (models: string[]) => void;
}) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Compare with">
      <Suspense fallback={<Skeleton className="m-3 h-40" />}>
        <CompareWith onAsk={onAsk} />
      </Suspense>
    </Dialog>
  );
}
