'use client';

import { Wrench } from 'lucide-react';
import { lazy, Suspense, useEffect, useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { Popover } from '#components/ui/popover.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { useClient } from '#lib/client/hooks.ts';
import { useChatTools } from '#lib/client/tool-hooks.ts';
import { preloadAnswerParts } from './lazy-answer-parts.tsx';

const ToolsPanel = lazy(async () => ({ default: (await import('./tools-panel.tsx')).ToolsPanel }));

/** Which tools a chat has. @param chatId null for a chat that does not exist yet */
export function ToolsMenu({ chatId }: { chatId: string | null }) {
  const client = useClient();
  const { tools } = useChatTools(chatId);
  const [isOpen, setOpen] = useState(false);
  const count = tools.length;
  useEffect(() => {
    if (count > 0) preloadAnswerParts();
  }, [count]);
  return (
    <Popover
      label="Tools of this chat"
      open={isOpen}
      onOpenChange={(open) => {
        setOpen(open);
        if (open) client.tools.look();
      }}
      className="w-[min(22rem,calc(100vw-1.5rem))]"
      trigger={
        <Button
          look="ghost"
          size="small"
          aria-label={count === 0 ? 'Tools' : `Tools: ${count} on`}
          title="Tools"
          className="gap-1.5 px-2"
        >
          <Wrench size={14} aria-hidden="true" className={count === 0 ? undefined : 'text-accent'} />
          {count === 0 ? null : <span className="text-accent text-xs tabular-nums">{count}</span>}
        </Button>
      }
    >
      <Suspense fallback={<Skeleton className="m-3 h-40" />}>
        <ToolsPanel chatId={chatId} />
      </Suspense>
    </Popover>
  );
}
