'use client';

import { useEffect, useRef, useState } from 'react';
import { useChats, useClient } from '#lib/client/hooks.ts';
import { giveFocusBack } from './focus.ts';
import { RenameField } from './sidebar/rename-field.tsx';

/** The name of the open chat; a press or F2 changes it. */
export function ChatTitle({ chatId }: { chatId: string | null }) {
  const client = useClient();
  const title = useChats().find(({ id }) => id === chatId)?.title ?? '';
  const [isRenaming, setRenaming] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const held = useRef<Element | null>(null);
  const hasTitle = chatId !== null && title !== '';
  useEffect(() => {
    if (!hasTitle) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'F2' || event.defaultPrevented) return;
      event.preventDefault();
      held.current = document.activeElement;
      setRenaming(true);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [hasTitle]);
  if (!hasTitle) return null;
  if (isRenaming) {
    return (
      <div className="min-w-0 max-w-md flex-1">
        <RenameField
          title={title}
          onDone={(next) => {
            setRenaming(false);
            if (next !== null) client.rename(chatId, next);
            requestAnimationFrame(() =>
              giveFocusBack(held.current?.isConnected ? held.current : button.current),
            );
          }}
        />
      </div>
    );
  }
  return (
    <h1 className="min-w-0 text-[0.8125rem] text-soft">
      <button
        ref={button}
        type="button"
        title="Rename (F2)"
        onClick={() => {
          held.current = null;
          setRenaming(true);
        }}
        className="block h-8 w-full truncate rounded-md px-2 hover:bg-hover hover:text-ink"
      >
        {title}
      </button>
    </h1>
  );
}
