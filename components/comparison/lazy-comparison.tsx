'use client';

import { type ComponentProps, lazy, Suspense } from 'react';
import { Skeleton } from '#components/ui/skeleton.tsx';
import type { Comparison as Whole } from './comparison.tsx';

const load = () => import('./comparison.tsx');
const Comparison = lazy(async () => ({ default: (await load()).Comparison }));

/** Fetches it before it is needed: whoever chooses models is about to see their answers. */
export function preloadComparison(): void {
  // A fault shows where it is needed; then it is tried again.
  load().catch(() => undefined);
}

export function LazyComparison(props: ComponentProps<typeof Whole>) {
  return (
    <Suspense fallback={<Skeleton className="mx-auto h-40 w-full max-w-3xl" />}>
      <Comparison {...props} />
    </Suspense>
  );
}
