'use client';

import { lazy, Suspense } from 'react';

const SettingsPage = lazy(async () => ({ default: (await import('./settings-page.tsx')).SettingsPage }));

export function LazySettingsPage() {
  return (
    <Suspense fallback={<div className="flex-1" />}>
      <SettingsPage />
    </Suspense>
  );
}
