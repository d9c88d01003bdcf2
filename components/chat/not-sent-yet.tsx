'use client';

import { CloudOff } from 'lucide-react';
import { focusComposer } from '#components/focus.ts';
import { say } from '#components/toasts/say.ts';
import { Button } from '#components/ui/button.tsx';
import { useLasting } from '#components/use-now.ts';
import { useClient, useConnection, useDraft } from '#lib/client/hooks.ts';
import type { Pending } from '#lib/client/state.ts';

/** Below a message that the server has not confirmed: it is kept here and goes out by itself. */
export function NotSentYet({ chatId, pending }: { chatId: string; pending: Pending }) {
  const client = useClient();
  const [draft, setDraft] = useDraft(chatId);
  const { phase } = useConnection();
  const isLate = useLasting(phase === 'open', 4_000);
  if (phase === 'open' && !isLate) return null;
  const takeBack = () => {
    const taken = client.dropPending(pending.requestId);
    if (taken?.text === undefined) say({ message: 'It may have reached the server already, so it stays' });
    else setDraft(draft === '' ? taken.text : `${taken.text}\n\n${draft}`);
    focusComposer();
  };
  return (
    <p className="mt-1.5 flex flex-wrap items-center justify-end gap-x-2 text-[0.8125rem] text-warn">
      <CloudOff size={14} aria-hidden="true" />
      {phase === 'open' ? 'Not confirmed by the server yet' : 'Not sent yet, will be sent when back'}
      {pending.sentOnce ? null : (
        <Button look="link" size="small" onClick={takeBack}>
          Back to the composer
        </Button>
      )}
    </p>
  );
}
