import type { ReactNode } from 'react';
import { Button, type ButtonProps } from './button.tsx';
import { Tooltip } from './tooltip.tsx';

export type IconButtonProps = Omit<ButtonProps, 'children' | 'aria-label'> & {
  /** Accessible name, shown as a tooltip too. */
  label: string;
  icon: ReactNode;
  shortcut?: string | undefined;
};

export function IconButton({
  label,
  icon,
  shortcut,
  size = 'tiny',
  look = 'ghost',
  ...rest
}: IconButtonProps) {
  return (
    <Tooltip words={label} shortcut={shortcut}>
      <Button aria-label={label} size={size} look={look} {...rest}>
        {icon}
      </Button>
    </Tooltip>
  );
}
