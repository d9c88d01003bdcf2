'use client';

import { lazy, Suspense, useEffect, useState } from 'react';
import { hasWaiting, onWaiting } from './say.ts';

const Toaster = lazy(async () => ({ default: (await import('./toaster.tsx')).Toaster }));

/** Loads what shows toasts when there is a first one. */
export function LazyToaster() {
  const [isNeeded, setNeeded] = useState(false);
  useEffect(() => {
    const look = () => {
      if (hasWaiting()) setNeeded(true);
    };
    look();
    return onWaiting(look);
  }, []);
  return isNeeded ? (
    <Suspense>
      <Toaster />
    </Suspense>
  ) : null;
}
