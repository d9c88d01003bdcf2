'use client';

import { GitBranch } from 'lucide-react';
import { Button } from '#components/ui/button.tsx';
import { useLasting } from '#components/use-now.ts';
import { useClient, useElsewhere } from '#lib/client/hooks.ts';
import { elsewhereWords } from './elsewhere-words.ts';

/** A new branch is heard of a moment before it is selected. */
const SETTLED_MS = 500;

/** Answers of this chat that are being made on branches which are not shown: the composer's Stop is not theirs. */
export function Elsewhere({ chatId }: { chatId: string }) {
  const client = useClient();
  const running = useElsewhere(chatId);
  const isSettled = useLasting(running.length > 0, SETTLED_MS);
  const [first] = running;
  if (first === undefined || !isSettled) return null;
  const isOne = running.length === 1;
  return (
    <section
      aria-label="Other branches"
      className="mb-2 flex flex-wrap items-center gap-x-3 gap-y-1 px-2 text-[0.8125rem] text-soft"
    >
      <GitBranch size={14} aria-hidden="true" className="-mr-1 shrink-0 text-faint" />
      <span className="mr-auto">{elsewhereWords(running)}</span>
      <Button look="link" size="small" onClick={() => client.select(chatId, first.messageId)}>
        Show
      </Button>
      <Button
        look="link"
        size="small"
        disabled={running.every(({ state }) => state.name === 'stopping')}
        onClick={() => {
          for (const { id } of running) client.stop(chatId, id);
        }}
      >
        {isOne ? 'Stop it' : 'Stop them'}
      </Button>
    </section>
  );
}
