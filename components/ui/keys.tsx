'use client';

import { useSyncExternalStore } from 'react';

const never = () => () => undefined;
const isApple = () => /Mac|iPhone|iPad/.test(navigator.platform);

/** Key names of a shortcut such as `Mod+Shift+O`, as this machine calls them. */
export function Keys({ keys }: { keys: string }) {
  const apple = useSyncExternalStore(never, isApple, () => false);
  const names = keys.replace('Mod', apple ? '⌘' : 'Ctrl').replace('Shift', apple ? '⇧' : 'Shift');
  return <kbd className="font-sans text-2xs opacity-70">{apple ? names.replaceAll('+', '') : names}</kbd>;
}
