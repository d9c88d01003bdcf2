'use client';

import type { ComponentProps } from 'react';
import { cx } from './cx.ts';

/** As high as its text, up to two fifths of the window. */
export function GrowingTextarea({
  className,
  value,
  ...rest
}: ComponentProps<'textarea'> & { value: string }) {
  return (
    <div data-part="typed" className="grid max-h-[40dvh] overflow-y-auto">
      {/* A copy of the text gives the height in browsers without field-sizing. */}
      <div
        aria-hidden="true"
        className={cx(
          'invisible col-start-1 row-start-1 growing-text [unicode-bidi:plaintext] whitespace-pre-wrap [overflow-wrap:anywhere] [@media(pointer:coarse)]:text-base',
          className,
        )}
      >
        {`${value} `}
      </div>
      <textarea
        rows={1}
        value={value}
        className={cx(
          'col-start-1 row-start-1 resize-none overflow-hidden growing-text [unicode-bidi:plaintext] bg-transparent text-ink outline-none [overflow-wrap:anywhere] placeholder:text-faint',
          className,
        )}
        {...rest}
      />
    </div>
  );
}
