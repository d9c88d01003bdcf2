'use client';

import { ChevronLeft, ChevronRight } from 'lucide-react';
import { IconButton } from '#components/ui/icon-button.tsx';
import { useClient } from '#lib/client/hooks.ts';
import type { Message } from '#lib/wire/chat.ts';

/** Which of several versions of a message is shown, and the way to the others. */
export function Siblings({ chatId, message }: { chatId: string; message: Message }) {
  const client = useClient();
  const count = message.siblings.length;
  const at = message.siblings.indexOf(message.id);
  if (count < 2) return null;
  const go = (index: number) => {
    const sibling = message.siblings[index];
    if (sibling !== undefined) client.select(chatId, sibling);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms
    <div role="group" aria-label="Versions" className="flex items-center text-faint text-xs tabular-nums">
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
    </div>
  );
}
