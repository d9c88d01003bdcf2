'use client';

import { type ComponentProps, type ComponentType, lazy, Suspense } from 'react';
import { usePresets } from '#lib/client/tool-hooks.ts';
import type { PresetList as Whole } from './preset-list.tsx';

type Props = ComponentProps<typeof Whole>;

const Loaded = lazy<ComponentType<Props>>(async () => {
  try {
    return { default: (await import('./preset-list.tsx')).PresetList };
  } catch {
    // No connection, or a page older than the files of the server: one can begin without.
    return { default: () => null };
  }
});

const room = <div className="mt-6 h-24" />;

/** Loaded once the server has said what there is, after everything that is seen first. */
export function PresetList(props: Props) {
  if (usePresets().length === 0) return room;
  return (
    <Suspense fallback={room}>
      <Loaded {...props} />
    </Suspense>
  );
}
