'use client';

import { ScanText } from 'lucide-react';
import { analysesOf, goOnPlainClick } from '#components/navigation.ts';
import { Tooltip } from '#components/ui/tooltip.tsx';
import { useChats } from '#lib/client/hooks.ts';

/** From a chat to what it comes to; nothing where there is no chat yet. */
export function AnalyseChat({ chatId }: { chatId: string | null }) {
  const isThere = useChats().some(({ id }) => id === chatId);
  if (chatId === null || !isThere) return null;
  const address = analysesOf(chatId);
  return (
    <Tooltip words="Analyse this chat">
      <a
        href={address}
        aria-label="Analyse this chat"
        onClick={(event) => goOnPlainClick(event, address)}
        className="inline-flex size-7 shrink-0 items-center justify-center rounded-md text-soft hover:bg-hover hover:text-ink [@media(pointer:coarse)]:size-9"
      >
        <ScanText size={16} />
      </a>
    </Tooltip>
  );
}
