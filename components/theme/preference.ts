'use client';

import { useCallback, useSyncExternalStore } from 'react';
import { giveFocusBack } from '#components/focus.ts';

/** What a person set for this browser. Lives on <html>, where style sheets see it before React runs. */
type Name = 'theme' | 'sidebar';

const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener('storage', fromOtherTab);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) window.removeEventListener('storage', fromOtherTab);
  };
}

function fromOtherTab({ key, newValue }: StorageEvent): void {
  // Whether a sidebar is open is a matter of each window.
  if (key === 'weir.theme') apply('theme', newValue ?? '');
}

function apply(name: Name, value: string): void {
  if (value === '') delete document.documentElement.dataset[name];
  else document.documentElement.dataset[name] = value;
  for (const listener of listeners) listener();
}

/** @param value empty for the default */
export function setPreference(name: Name, value: string): void {
  apply(name, value);
  try {
    localStorage.setItem(`weir.${name}`, value);
  } catch {
    // Storage is forbidden or full: the choice holds until the page is closed.
    return;
  }
}

/** @returns empty for the default */
export function usePreference(name: Name): [string, (value: string) => void] {
  const value = useSyncExternalStore(
    subscribe,
    () => document.documentElement.dataset[name] ?? '',
    () => '',
  );
  return [value, useCallback((next: string) => setPreference(name, next), [name])];
}

export function toggleSidebar(): void {
  const isClosed = document.documentElement.dataset.sidebar === 'closed';
  setPreference('sidebar', isClosed ? '' : 'closed');
  // What had it may have just disappeared.
  giveFocusBack(document.activeElement);
}
