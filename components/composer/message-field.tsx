'use client';

import { type Ref, useSyncExternalStore } from 'react';
import { GrowingTextarea } from '#components/ui/growing-textarea.tsx';

const never = () => () => undefined;

/** False until the page is awake: what is typed before that would be lost when it wakes. */
export function useIsReady(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
}

export function MessageField({
  field,
  isReady,
  text,
  placeholder,
  onChange,
  onEnter,
}: {
  field: Ref<HTMLTextAreaElement>;
  isReady: boolean;
  text: string;
  placeholder: string;
  onChange: (text: string) => void;
  onEnter: () => void;
}) {
  return (
    <GrowingTextarea
      ref={field}
      disabled={!isReady}
      aria-label="Message"
      placeholder={placeholder}
      value={text}
      enterKeyHint="send"
      onChange={(event) => onChange(event.target.value)}
      onKeyDown={(event) => {
        // While an input method composes, Enter chooses a word. Safari ends the composition first and says 229.
        const isComposing = event.nativeEvent.isComposing || event.keyCode === 229;
        if (event.key !== 'Enter' || event.shiftKey || isComposing) return;
        event.preventDefault();
        onEnter();
      }}
      className="px-4 pt-3 pb-2"
    />
  );
}
