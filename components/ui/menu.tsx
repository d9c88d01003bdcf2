'use client';

import { Slot } from 'radix-ui';
import { type MouseEvent, type ReactNode, useRef, useState } from 'react';
import { say } from '#components/toasts/say.ts';
import type { MenuChoicesProps, MenuItemProps } from './menu-panel.tsx';

type Parts = typeof import('./menu-panel.tsx');
/** Not React.lazy: that shows what it loads a third of a second later, for each part again. */
let parts: Parts | null = null;

async function load(): Promise<void> {
  parts ??= await import('./menu-panel.tsx');
}

/** Call once the page is up: a first sight of it needs no menu. */
export function preloadMenus(): void {
  // A fault shows when a menu is opened, and then it is tried again.
  load().catch(() => undefined);
}

export interface MenuProps {
  /** One button. */
  trigger: ReactNode;
  /** MenuItem, MenuLabel, MenuChoices. */
  children: ReactNode;
  align?: 'start' | 'end';
  side?: 'top' | 'bottom';
  onOpenChange?: (open: boolean) => void;
}

export function Menu({ trigger, children, align = 'end', side = 'bottom', onOpenChange }: MenuProps) {
  const opener = useRef<HTMLButtonElement>(null);
  const [openedBy, setOpenedBy] = useState<'keyboard' | 'pointer' | null>(null);
  const change = (by: typeof openedBy) => {
    setOpenedBy(by);
    onOpenChange?.(by !== null);
  };
  const open = (by: 'keyboard' | 'pointer') => {
    if (parts !== null) change(by);
    else
      load().then(
        () => change(by),
        () => say({ message: 'The menu could not be loaded. Is there a connection?', tone: 'bad' }),
      );
  };
  const isOpen = openedBy !== null;
  return (
    <>
      <Slot.Root
        ref={opener}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        data-state={isOpen ? 'open' : 'closed'}
        // A press of a key is a click without a pointer.
        onClick={({ detail }: MouseEvent) => open(detail === 0 ? 'keyboard' : 'pointer')}
        onKeyDown={(event) => {
          if (event.key !== 'ArrowDown') return;
          event.preventDefault();
          open('keyboard');
        }}
      >
        {trigger}
      </Slot.Root>
      {isOpen && parts !== null ? (
        <parts.MenuPanel
          opener={opener}
          byKeyboard={openedBy === 'keyboard'}
          align={align}
          side={side}
          onClose={() => change(null)}
        >
          {children}
        </parts.MenuPanel>
      ) : null}
    </>
  );
}

export function MenuItem(props: MenuItemProps) {
  return parts === null ? null : <parts.MenuItem {...props} />;
}

export function MenuLabel(props: { children: ReactNode }) {
  return parts === null ? null : <parts.MenuLabel {...props} />;
}

export function MenuChoices(props: MenuChoicesProps) {
  return parts === null ? null : <parts.MenuChoices {...props} />;
}
