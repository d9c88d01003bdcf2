'use client';

import { useCallback, useSyncExternalStore } from 'react';

/** Rows are stacked rather than side by side. */
export const NARROW = '(max-width: 767px)';
/** What is read lies over the table rather than beside it. */
export const OVER = '(max-width: 1279px)';

export function useMedia(query: string): boolean {
  const subscribe = useCallback(
    (changed: () => void) => {
      const media = window.matchMedia(query);
      media.addEventListener('change', changed);
      return () => media.removeEventListener('change', changed);
    },
    [query],
  );
  return useSyncExternalStore(
    subscribe,
    () => window.matchMedia(query).matches,
    () => false,
  );
}
