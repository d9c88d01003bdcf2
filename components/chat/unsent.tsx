'use client';

import { useEffect, useState } from 'react';
import { useCompareChoice } from '#components/composer/compare-choice.ts';
import { catchFocus, focusComposer } from '#components/focus.ts';
import { roughly } from '#components/format.ts';
import { openChat } from '#components/navigation.ts';
import { Button } from '#components/ui/button.tsx';
import { cx } from '#components/ui/cx.ts';
import { useNow } from '#components/use-now.ts';
import { useClient, useDraft, usePending } from '#lib/client/hooks.ts';
import type { Pending } from '#lib/client/state.ts';

/** Messages that the server refused: the text is still here, and the person decides. */
export function Unsent({ chatId }: { chatId: string }) {
  const refused = usePending(chatId).filter((one) => one.kind === 'send' && one.refused !== undefined);
  if (refused.length === 0) return null;
  return (
    <ul aria-label="Not sent" className="mb-2 space-y-2">
      {refused.map((pending) => (
        <Refused key={pending.requestId} chatId={chatId} pending={pending} />
      ))}
    </ul>
  );
}

function Refused({ chatId, pending }: { chatId: string; pending: Pending }) {
  const client = useClient();
  // A chat that the server never saw goes with its first message.
  const home = pending.opensChat ? 'new' : chatId;
  const [draft, setDraft] = useDraft(home);
  const { choose } = useCompareChoice(home);
  const waitMs = useWait(pending);
  // A server that is going down says no only for now: the next one gets it without anybody's doing.
  const goesByItself = pending.refused?.code === 'draining';
  const mayRetry = !['draining', 'too_long', 'bad_message'].includes(pending.refused?.code ?? '');
  const drop = (keepText: boolean) => {
    client.dropPending(pending.requestId);
    if (keepText) setDraft(draft === '' ? (pending.text ?? '') : `${pending.text}\n\n${draft}`);
    if (keepText && pending.also !== undefined) choose(modelsOf(pending));
    if (pending.opensChat) openChat(null);
    if (keepText) focusComposer();
    else catchFocus();
  };
  return (
    <li className={cx('rounded-lg px-3 py-2 text-[0.8125rem]', goesByItself ? 'bg-side' : 'bg-bad-wash')}>
      <p className="line-clamp-2 whitespace-pre-wrap text-ink">{pending.text}</p>
      <div className="mt-1 flex flex-wrap items-center gap-x-3 gap-y-1">
        {goesByItself ? (
          <span role="status" className="mr-auto text-soft">
            Weir is restarting. This will be sent when it is back.
          </span>
        ) : (
          <span role="alert" className="mr-auto text-bad">
            Not sent. {pending.refused?.message}
          </span>
        )}
        {mayRetry ? (
          <Button
            look="link"
            size="small"
            disabled={waitMs > 0}
            onClick={() => {
              client.retryPending(pending.requestId);
              catchFocus();
            }}
          >
            {waitMs > 0 ? `Retry in ${roughly(waitMs)}` : 'Retry'}
          </Button>
        ) : null}
        <Button look="link" size="small" onClick={() => drop(true)}>
          Edit
        </Button>
        <Button look="link" size="small" onClick={() => drop(false)}>
          Discard
        </Button>
      </div>
    </li>
  );
}

/** Milliseconds until trying again makes sense. */
function useWait({ refused }: Pending): number {
  const retryAfterMs = refused?.retryAfterMs ?? 0;
  const [until, setUntil] = useState(() => Date.now() + retryAfterMs);
  useEffect(() => setUntil(Date.now() + retryAfterMs), [retryAfterMs]);
  const now = useNow(retryAfterMs > 0);
  return retryAfterMs > 0 ? until - now : 0;
}

/** One for each answer that was asked for. */
function modelsOf({ model = '', also = [] }: Pending): string[] {
  return [model, ...also.map((one) => one.model)];
}
