'use client';

import { Dialog as Radix } from 'radix-ui';
import { type ReactNode, useRef } from 'react';
import { giveFocusBack } from '#components/focus.ts';
import { cx } from './cx.ts';

export interface DialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** Accessible name. */
  title: string;
  /** Id of the words that are read out with the name; without them some screen readers read all there is, the name again. */
  describedBy?: string;
  children: ReactNode;
  /** `middle`: a panel near the top of the page; `left`: a drawer. */
  place?: 'middle' | 'left';
}

const places = {
  middle:
    'top-[12dvh] left-1/2 w-[min(36rem,calc(100vw-1.5rem))] -translate-x-1/2 rounded-xl border border-line',
  left: 'inset-y-0 left-0 w-[min(19rem,86vw)] border-line border-r',
} as const;

export function Dialog({ open, onOpenChange, title, describedBy, children, place = 'middle' }: DialogProps) {
  const held = useRef<Element | null>(null);
  const wasOpen = useRef(false);
  // While rendering: a field inside that focuses itself has done so before any effect runs.
  if (open && !wasOpen.current) held.current = document.activeElement;
  wasOpen.current = open;
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 animate-appear bg-shade" />
        <Radix.Content
          aria-describedby={describedBy}
          onCloseAutoFocus={(event) => {
            // Radix knows only triggers, and here everything is opened by a key or from elsewhere.
            event.preventDefault();
            giveFocusBack(held.current);
          }}
          className={cx('fixed z-50 overflow-hidden bg-raised shadow-lift outline-none', places[place])}
        >
          <Radix.Title className="sr-only">{title}</Radix.Title>
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
