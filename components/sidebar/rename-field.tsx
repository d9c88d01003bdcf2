'use client';

import { useEffect, useRef } from 'react';
import { limits } from '#lib/wire/protocol.ts';

/** @param onDone called once, with null when nothing is to change */
export function RenameField({ title, onDone }: { title: string; onDone: (title: string | null) => void }) {
  const field = useRef<HTMLInputElement>(null);
  const isDone = useRef(false);
  useEffect(() => {
    // After the menu that led here has closed and handed the focus back.
    const frame = requestAnimationFrame(() => field.current?.select());
    return () => cancelAnimationFrame(frame);
  }, []);
  const finish = (next: string | null) => {
    if (isDone.current) return;
    isDone.current = true;
    const short = next?.trim() ?? '';
    onDone(short === '' || short === title ? null : short);
  };
  return (
    <input
      ref={field}
      aria-label="Title"
      defaultValue={title}
      maxLength={limits.titleLength}
      onBlur={(event) => finish(event.target.value)}
      onKeyDown={(event) => {
        if (event.nativeEvent.isComposing) return;
        if (event.key === 'Enter') finish(event.currentTarget.value);
        if (event.key === 'Escape') {
          event.preventDefault();
          finish(null);
        }
      }}
      className="h-9 w-full rounded-md border border-accent bg-raised px-2 text-[0.8125rem] outline-none"
    />
  );
}
