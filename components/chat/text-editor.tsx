'use client';

import { useEffect, useRef, useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { GrowingTextarea } from '#components/ui/growing-textarea.tsx';
import { limits } from '#lib/wire/protocol.ts';

/** Text edited in place. Enter submits, Shift+Enter breaks, Escape cancels. */
export function TextEditor({
  label,
  text: given,
  submit,
  onSubmit,
  onCancel,
}: {
  label: string;
  text: string;
  submit: string;
  onSubmit: (text: string) => void;
  onCancel: () => void;
}) {
  const [text, setText] = useState(given);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    field.current?.focus();
    field.current?.setSelectionRange(given.length, given.length);
  }, [given]);
  const isEmpty = text.trim() === '';
  return (
    <form
      className="w-full rounded-xl border border-accent bg-raised p-2"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isEmpty) onSubmit(text);
      }}
    >
      <GrowingTextarea
        ref={field}
        aria-label={label}
        value={text}
        maxLength={limits.textLength}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          if (event.key === 'Escape') {
            event.preventDefault();
            onCancel();
          }
          if (event.key === 'Enter' && !event.shiftKey) {
            event.preventDefault();
            if (!isEmpty) onSubmit(text);
          }
        }}
        className="px-2 py-1.5"
      />
      <div className="mt-1 flex justify-end gap-2">
        <Button size="small" look="ghost" onClick={onCancel}>
          Cancel
        </Button>
        <Button size="small" look="solid" type="submit" disabled={isEmpty}>
          {submit}
        </Button>
      </div>
    </form>
  );
}
