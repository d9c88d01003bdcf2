'use client';

import { lazy, Suspense } from 'react';
import { useIsReady } from '#components/composer/message-field.tsx';

const AnalysesPage = lazy(async () => ({ default: (await import('./analyses-page.tsx')).AnalysesPage }));

const nothingYet = <div className="flex-1" />;

/** Nothing of it comes from the server: what is typed before the page is awake would be lost. */
export function LazyAnalysesPage() {
  if (!useIsReady()) return nothingYet;
  return (
    <Suspense fallback={nothingYet}>
      <AnalysesPage />
    </Suspense>
  );
}
