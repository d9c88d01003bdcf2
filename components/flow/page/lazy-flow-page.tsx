'use client';

import { lazy, Suspense } from 'react';

const FlowPage = lazy(async () => ({ default: (await import('./flow-page.tsx')).FlowPage }));

export function LazyFlowPage() {
  return (
    <Suspense fallback={<div className="flex-1" />}>
      <FlowPage />
    </Suspense>
  );
}
