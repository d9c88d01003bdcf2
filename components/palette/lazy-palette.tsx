'use client';

import { lazy, Suspense } from 'react';
import { Dialog } from '#components/ui/dialog.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';

const Palette = lazy(async () => ({ default: (await import('./palette.tsx')).Palette }));

export function LazyPalette({
  open,
  onOpenChange,
  onNewChat,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onNewChat: () => void;
}) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Commands">
      <Suspense fallback={<Skeleton className="m-3 h-40" />}>
        <Palette onDone={() => onOpenChange(false)} onNewChat={onNewChat} />
      </Suspense>
    </Dialog>
  );
}
