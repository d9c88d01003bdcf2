'use client';

import { DropdownMenu } from 'radix-ui';
import type { ReactNode } from 'react';
import { cx } from './cx.ts';

const panel =
  'z-50 min-w-44 animate-appear rounded-lg border border-line bg-raised p-1 text-ink shadow-lift outline-none max-h-(--radix-dropdown-menu-content-available-height) overflow-y-auto';
const row =
  'flex min-h-8 select-none items-center gap-2.5 rounded-md px-2.5 text-[0.8125rem] outline-none data-highlighted:bg-hover data-disabled:text-faint [@media(pointer:coarse)]:min-h-10';

export interface MenuProps {
  trigger: ReactNode;
  children: ReactNode;
  align?: 'start' | 'end';
  side?: 'top' | 'bottom';
  onOpenChange?: (open: boolean) => void;
}

export function Menu({ trigger, children, align = 'end', side = 'bottom', onOpenChange }: MenuProps) {
  return (
    <DropdownMenu.Root {...(onOpenChange ? { onOpenChange } : {})}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align={align}
          side={side}
          sideOffset={4}
          collisionPadding={8}
          className={panel}
          onCloseAutoFocus={(event) => {
            // A field that the chosen item opened has the focus already.
            if (document.activeElement instanceof HTMLInputElement) event.preventDefault();
          }}
        >
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

export function MenuItem({
  icon,
  children,
  bad = false,
  onSelect,
}: {
  icon?: ReactNode;
  children: ReactNode;
  bad?: boolean;
  onSelect: () => void;
}) {
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

export function MenuChoices({
  value,
  onChange,
  choices,
}: {
  value: string;
  onChange: (value: string) => void;
  choices: { value: string; label: string; icon: ReactNode }[];
}) {
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
