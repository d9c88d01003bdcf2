import type { ComponentProps } from 'react';
import { cx } from './cx.ts';

const looks = {
  solid: 'bg-accent text-on-accent hover:bg-accent-deep disabled:bg-hover disabled:text-faint',
  outline: 'border border-line bg-raised text-ink hover:bg-hover disabled:text-faint',
  ghost: 'text-soft hover:bg-hover hover:text-ink disabled:text-faint disabled:hover:bg-transparent',
  link: 'px-0 text-accent underline decoration-accent/40 underline-offset-3 hover:decoration-accent',
} as const;

const sizes = {
  medium: 'h-9 px-3.5 text-sm',
  small: 'h-7 px-2.5 text-[0.8125rem]',
  icon: 'size-8 [@media(pointer:coarse)]:size-10',
  tiny: 'size-7 [@media(pointer:coarse)]:size-9',
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
  return (
    <button
      type={type}
      className={cx(
        'inline-flex shrink-0 select-none items-center justify-center gap-1.5 rounded-md font-medium transition-colors duration-100',
        sizes[size],
        looks[look],
        look === 'link' && 'h-auto',
        className,
      )}
      {...rest}
    />
  );
}
