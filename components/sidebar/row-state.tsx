'use client';

import { CircleAlert } from 'lucide-react';
import { GenerationState } from '#components/generation-state.tsx';
import { cx } from '#components/ui/cx.ts';
import { useChatActivity, useIsRefused } from '#lib/client/hooks.ts';
import type { ChatSummary } from '#lib/wire/chat.ts';

/** At the end of a row: what waits for the person, else what the chat's answer is doing, else how the last one ended if that needs attention. */
export function RowState({ chat }: { chat: ChatSummary }) {
  const activity = useChatActivity(chat.id);
  if (useIsRefused(chat.id)) return <NotSent />;
  if (activity !== null) return <GenerationState generation={activity} variant="compact" />;
  const words = endingWords(chat);
  if (words === null) return null;
  return (
    <span className="flex shrink-0 items-center" title={words}>
      <span className="sr-only">{words}</span>
      <span aria-hidden="true" className={cx('size-2 rounded-full', markOf(chat))} />
    </span>
  );
}

function NotSent() {
  return (
    <span className="inline-flex shrink-0 items-center gap-1 text-2xs text-bad">
      <CircleAlert size={13} aria-hidden="true" />
      Not sent
    </span>
  );
}

function endingWords({ ended, unread }: ChatSummary): string | null {
  if (ended === 'failed') return 'Failed';
  if (ended === 'interrupted') return 'Interrupted';
  return unread ? 'New answer' : null;
}

function markOf({ ended, unread }: ChatSummary): string {
  if (ended === 'failed') return unread ? 'bg-bad' : 'border-2 border-bad';
  if (ended === 'interrupted') return unread ? 'bg-warn' : 'border-2 border-warn';
  return 'bg-accent';
}
