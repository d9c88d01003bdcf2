'use client';

import { Command } from 'cmdk';
import type { ReactNode } from 'react';
import { Keys } from '#components/ui/keys.tsx';

export const row =
  'flex min-h-9 items-center gap-2.5 rounded-md px-2.5 text-[0.8125rem] data-[selected=true]:bg-hover [@media(pointer:coarse)]:min-h-11';

/** One command. */
export function Item({
  icon,
  shortcut,
  children,
  onSelect,
}: {
  icon: ReactNode;
  shortcut?: string;
  children: ReactNode;
  onSelect: () => void;
}) {
  return (
    <Command.Item onSelect={onSelect} className={row}>
      <span className="text-soft">{icon}</span>
      <span className="flex-1">{children}</span>
      {shortcut === undefined ? null : <Keys keys={shortcut} />}
    </Command.Item>
  );
}
