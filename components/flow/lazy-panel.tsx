'use client';

import { lazy, Suspense } from 'react';
import { useFlowPanel } from './panel-state.ts';

const FlowPanel = lazy(async () => ({ default: (await import('./panel.tsx')).FlowPanel }));

export function LazyFlowPanel() {
  if (!useFlowPanel()) return null;
  return (
    <Suspense fallback={null}>
      <FlowPanel />
    </Suspense>
  );
}
