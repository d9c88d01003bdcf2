'use client';

import { DropdownMenu } from 'radix-ui';
import { type ReactNode, type RefObject, useEffect, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import { cx } from './cx.ts';

const panel =
  'z-50 min-w-44 animate-appear rounded-lg border border-line bg-raised p-1 text-ink shadow-lift outline-none max-h-(--radix-dropdown-menu-content-available-height) overflow-y-auto';
const row =
  'flex min-h-8 select-none items-center gap-2.5 rounded-md px-2.5 text-[0.8125rem] outline-none data-highlighted:bg-hover data-disabled:text-faint [@media(pointer:coarse)]:min-h-10';

export interface MenuPanelProps {
  /** What it was opened with: it stands beside that, and gives the focus back to it. */
  opener: RefObject<HTMLElement | null>;
  /** The first row has the focus at once. */
  byKeyboard: boolean;
  align: 'start' | 'end';
  side: 'top' | 'bottom';
  onClose: () => void;
  children: ReactNode;
}

/** An open menu. */
export function MenuPanel({ opener, byKeyboard, align, side, onClose, children }: MenuPanelProps) {
  return (
    <DropdownMenu.Root open onOpenChange={(open) => !open && onClose()}>
      <Anchor opener={opener} />
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align={align}
          side={side}
          sideOffset={4}
          collisionPadding={8}
          className={panel}
          aria-labelledby={undefined}
          aria-label={opener.current?.ariaLabel ?? undefined}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            // A field that the chosen item opened has the focus already.
            if (!(document.activeElement instanceof HTMLInputElement)) opener.current?.focus();
          }}
        >
          {byKeyboard ? <FirstRowFocus>{children}</FirstRowFocus> : children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

/** Stands where the opener stands: Radix wants a trigger of its own, and ours was there before it was loaded. */
function Anchor({ opener }: Pick<MenuPanelProps, 'opener'>) {
  const [box] = useState(() => opener.current?.getBoundingClientRect());
  const { left, top, width, height } = box ?? { left: 0, top: 0, width: 0, height: 0 };
  return createPortal(
    <DropdownMenu.Trigger asChild>
      <span className="pointer-events-none fixed" style={{ left, top, width, height }} />
    </DropdownMenu.Trigger>,
    document.body,
  );
}

function FirstRowFocus({ children }: { children: ReactNode }) {
  const rows = useRef<HTMLDivElement>(null);
  useEffect(() => rows.current?.querySelector<HTMLElement>('[role^="menuitem"]')?.focus(), []);
  return <div ref={rows}>{children}</div>;
}

export interface MenuItemProps {
  icon?: ReactNode;
  children: ReactNode;
  bad?: boolean;
  onSelect: () => void;
}

export function MenuItem({ icon, children, bad = false, onSelect }: MenuItemProps) {
  return (
    <DropdownMenu.Item className={cx(row, bad && 'text-bad')} onSelect={onSelect}>
      {icon}
      {children}
    </DropdownMenu.Item>
  );
}

export function MenuLabel({ children }: { children: ReactNode }) {
  return (
    <DropdownMenu.Label className="px-2.5 pt-1.5 pb-1 text-2xs text-faint">{children}</DropdownMenu.Label>
  );
}

export interface MenuChoicesProps {
  value: string;
  onChange: (value: string) => void;
  choices: { value: string; label: string; icon: ReactNode }[];
}

export function MenuChoices({ value, onChange, choices }: MenuChoicesProps) {
  return (
    <DropdownMenu.RadioGroup value={value} onValueChange={onChange}>
      {choices.map((choice) => (
        <DropdownMenu.RadioItem
          key={choice.value}
          value={choice.value}
          className={cx(row, 'data-[state=checked]:text-accent')}
        >
          {choice.icon}
          {choice.label}
          <DropdownMenu.ItemIndicator className="ml-auto size-1.5 rounded-full bg-accent" />
        </DropdownMenu.RadioItem>
      ))}
    </DropdownMenu.RadioGroup>
  );
}
