'use client';

import { ChevronLeft, ChevronRight, Columns3 } from 'lucide-react';
import { type RefObject, useLayoutEffect, useRef } from 'react';
import { catchFocus } from '#components/focus.ts';
import { IconButton } from '#components/ui/icon-button.tsx';
import { useClient } from '#lib/client/hooks.ts';
import type { Message } from '#lib/wire/chat.ts';

/** Which of several versions of a message is shown, and the way to the others. */
export function Siblings({ chatId, message }: { chatId: string; message: Message }) {
  const client = useClient();
  const count = message.siblings.length;
  const at = message.siblings.indexOf(message.id);
  const group = useRef<HTMLDivElement>(null);
  useHandOver(group);
  if (count < 2) return null;
  const go = (index: number) => {
    const sibling = message.siblings[index];
    if (sibling !== undefined) client.select(chatId, sibling);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms
    <div
      ref={group}
      role="group"
      aria-label="Versions"
      data-versions={message.siblings[0]}
      className="flex items-center text-faint text-xs tabular-nums"
    >
      <IconButton
        label="Previous version"
        icon={<ChevronLeft size={15} />}
        disabled={at <= 0}
        onClick={() => go(at - 1)}
      />
      <span>
        {at + 1}/{count}
      </span>
      <IconButton
        label="Next version"
        icon={<ChevronRight size={15} />}
        disabled={at >= count - 1}
        onClick={() => go(at + 1)}
      />
      {message.role === 'user' ? null : (
        <IconButton
          label="Side by side"
          icon={<Columns3 size={14} />}
          onClick={() => {
            client.comparisons.show(chatId, message.id);
            catchFocus();
          }}
        />
      )}
    </div>
  );
}

/** The version that is shown instead has buttons of its own: the focus goes to the same one, or to the one way that is left. */
function useHandOver(group: RefObject<HTMLElement | null>): void {
  useLayoutEffect(() => {
    return () => {
      const { activeElement } = document;
      const from = group.current;
      if (from === null || activeElement === null || !from.contains(activeElement)) return;
      const buttons = `[data-versions="${from.dataset.versions}"] button:enabled`;
      const label = activeElement.getAttribute('aria-label');
      catchFocus(
        () => document.querySelector(`${buttons}[aria-label="${label}"]`) ?? document.querySelector(buttons),
      );
    };
  }, [group]);
}
