'use client';

import { useEffect, useRef } from 'react';
import { LengthNote } from '#components/composer/length-note.tsx';
import { Button } from '#components/ui/button.tsx';
import { GrowingTextarea } from '#components/ui/growing-textarea.tsx';
import { textRoom } from '#lib/client/text-room.ts';
import type { Edit } from './use-edit.ts';

/** Text edited in place. Enter submits, Shift+Enter breaks, Escape cancels. */
export function TextEditor({
  label,
  edit: { text, setText, isRestored },
  submit,
  onSubmit,
  onCancel,
}: {
  label: string;
  edit: Edit;
  submit: string;
  onSubmit: (text: string) => void;
  onCancel: () => void;
}) {
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    if (isRestored) return;
    field.current?.focus();
    field.current?.setSelectionRange(field.current.value.length, field.current.value.length);
  }, [isRestored]);
  const cannotGo = text.trim() === '' || textRoom(text).left < 0;
  return (
    <form
      className="w-full rounded-xl border border-accent bg-raised p-2"
      onSubmit={(event) => {
        event.preventDefault();
        if (!cannotGo) onSubmit(text);
      }}
    >
      <GrowingTextarea
        ref={field}
        aria-label={label}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          if (event.key === 'Escape') {
            event.preventDefault();
            onCancel();
          }
          if (event.key === 'Enter' && !event.shiftKey) {
            event.preventDefault();
            if (!cannotGo) onSubmit(text);
          }
        }}
        className="px-2 py-1.5"
      />
      <div className="mt-1 flex items-center gap-2">
        <LengthNote text={text} />
        <Button size="small" look="ghost" className="ml-auto" onClick={onCancel}>
          Cancel
        </Button>
        <Button size="small" look="solid" type="submit" disabled={cannotGo}>
          {submit}
        </Button>
      </div>
    </form>
  );
}
