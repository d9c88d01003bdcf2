'use client';

import { lazy, Suspense } from 'react';
import { useIsReady } from '#components/composer/message-field.tsx';

const SearchPage = lazy(async () => ({ default: (await import('./search-page.tsx')).SearchPage }));

const nothingYet = <div className="flex-1" />;

/** Nothing of it comes from the server: what is typed before the page is awake would be lost. */
export function LazySearchPage() {
  if (!useIsReady()) return nothingYet;
  return (
    <Suspense fallback={nothingYet}>
      <SearchPage />
    </Suspense>
  );
}
