import type { ComponentProps } from 'react';
import { cx } from './cx.ts';

const looks = {
  solid: 'bg-accent text-on-accent hover:bg-accent-deep disabled:bg-hover disabled:text-faint',
  danger: 'bg-bad text-on-accent hover:opacity-90 disabled:bg-hover disabled:text-faint',
  outline: 'border border-line bg-raised text-ink hover:bg-hover disabled:text-faint',
  ghost: 'text-soft hover:bg-hover hover:text-ink disabled:text-faint disabled:hover:bg-transparent',
  marked: 'bg-wash text-accent hover:bg-hover',
  link: 'h-auto px-0 text-accent underline decoration-accent/40 underline-offset-3 hover:decoration-accent',
} as const;

const sizes = {
  medium: 'button-medium',
  small: 'button-small',
  icon: 'button-icon',
  tiny: 'button-tiny',
} as const;

export type ButtonProps = ComponentProps<'button'> & {
  look?: keyof typeof looks;
  size?: keyof typeof sizes;
};

export function Button({
  look = 'outline',
  size = 'medium',
  className,
  type = 'button',
  ...rest
}: ButtonProps) {
  return <button type={type} className={cx('button', sizes[size], looks[look], className)} {...rest} />;
}
