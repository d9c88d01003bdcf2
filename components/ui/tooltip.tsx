'use client';

import { Tooltip as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { Keys } from './keys.tsx';

export const TooltipProvider = Radix.Provider;

export function Tooltip({
  words,
  shortcut,
  children,
}: {
  words: string;
  shortcut?: string | undefined;
  children: ReactNode;
}) {
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          sideOffset={6}
          collisionPadding={8}
          className="z-50 flex animate-appear items-center gap-2 rounded-md bg-ink px-2 py-1 text-canvas text-xs shadow-lift [@media(pointer:coarse)]:hidden"
        >
          {words}
          {shortcut === undefined ? null : <Keys keys={shortcut} />}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
