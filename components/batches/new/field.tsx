'use client';

import { type ReactNode, type Ref, useId } from 'react';
import { cx } from '#components/ui/cx.ts';
import { GrowingTextarea } from '#components/ui/growing-textarea.tsx';

const look =
  'w-full rounded-md border bg-canvas px-2.5 text-ink placeholder:text-faint focus-visible:border-accent';

interface FieldProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  problem?: string | undefined;
  placeholder?: string;
  /** Beside the label. */
  hint?: string;
  className?: string;
}

export function TextField(props: FieldProps & { numeric?: boolean; maxLength?: number }) {
  const { label, value, onChange, problem, placeholder, hint, className, numeric = false, maxLength } = props;
  const id = useId();
  return (
    <Labelled id={id} label={label} hint={hint} problem={problem} className={className}>
      <input
        id={id}
        value={value}
        placeholder={placeholder}
        maxLength={maxLength}
        inputMode={numeric ? 'decimal' : undefined}
        autoComplete="off"
        aria-invalid={problem !== undefined}
        aria-describedby={problem === undefined ? undefined : `${id}-problem`}
        onChange={(event) => onChange(event.target.value)}
        className={cx(look, 'h-9 text-sm', problem === undefined ? 'border-edge' : 'border-bad')}
      />
    </Labelled>
  );
}

export function LongField(props: FieldProps & { field?: Ref<HTMLTextAreaElement>; children?: ReactNode }) {
  const { label, value, onChange, problem, placeholder, hint, className, field, children } = props;
  const id = useId();
  return (
    <Labelled id={id} label={label} hint={hint} problem={problem} className={className}>
      <div
        className={cx(
          'rounded-md border bg-canvas focus-within:border-accent',
          problem === undefined ? 'border-edge' : 'border-bad',
        )}
      >
        <GrowingTextarea
          id={id}
          {...(field === undefined ? {} : { ref: field })}
          value={value}
          placeholder={placeholder}
          aria-invalid={problem !== undefined}
          aria-describedby={problem === undefined ? undefined : `${id}-problem`}
          onChange={(event) => onChange(event.target.value)}
          className="min-h-16 px-2.5 py-2 text-sm"
        />
      </div>
      {children}
    </Labelled>
  );
}

/** For many lines: it scrolls and does not wrap, so that half a megabyte is pasted in a quarter of a second. */
export function LinesField({ label, value, onChange, placeholder, hint }: FieldProps) {
  const id = useId();
  return (
    <Labelled id={id} label={label} hint={hint} problem={undefined} className={undefined}>
      <textarea
        id={id}
        rows={7}
        wrap="off"
        spellCheck={false}
        value={value}
        placeholder={placeholder}
        onChange={(event) => onChange(event.target.value)}
        className={cx(look, 'block resize-y border-edge py-2 text-sm leading-normal')}
      />
    </Labelled>
  );
}

function Labelled({
  id,
  label,
  hint,
  problem,
  className,
  children,
}: {
  id: string;
  label: string;
  hint: string | undefined;
  problem: string | undefined;
  className: string | undefined;
  children: ReactNode;
}) {
  return (
    <div className={cx('min-w-0', className)}>
      <div className="mb-1 flex flex-wrap items-baseline gap-x-2 text-[0.8125rem]">
        <label htmlFor={id} className="font-medium">
          {label}
        </label>
        {hint === undefined ? null : <span className="text-faint text-xs">{hint}</span>}
      </div>
      {children}
      {problem === undefined ? null : (
        <p id={`${id}-problem`} className="mt-1 text-bad text-xs">
          {problem}
        </p>
      )}
    </div>
  );
}
