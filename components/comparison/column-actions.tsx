'use client';

import { Check, Info, Square } from 'lucide-react';
import { AnswerDetails } from '#components/chat/answer-details.tsx';
import { catchFocus } from '#components/focus.ts';
import { duration, whole } from '#components/format.ts';
import { Button } from '#components/ui/button.tsx';
import { CopyButton } from '#components/ui/copy-button.tsx';
import { Popover } from '#components/ui/popover.tsx';
import { useClient } from '#lib/client/hooks.ts';
import { type Generation, isEnding, type Message } from '#lib/wire/chat.ts';
import type { ColumnProps } from './column.tsx';

/** What one can do with one of several answers, and what it took. */
export function ColumnActions({
  chatId,
  message,
  generation,
  name,
  isKeeping,
  onKeep,
}: Omit<ColumnProps, 'isShown' | 'isMarked'> & { generation: Generation | null }) {
  const isOver = generation === null || isEnding(generation.state);
  return (
    <footer className="flex min-h-11 flex-wrap items-center gap-1 border-line border-t py-1.5 pr-1.5 pl-2.5">
      {!isOver || message.text === '' ? null : <CopyButton text={message.text} />}
      {generation === null ? null : isOver ? (
        <>
          <Again chatId={chatId} message={message} generation={generation} />
          <Details generation={generation} name={name} />
        </>
      ) : (
        <StopOne chatId={chatId} generation={generation} name={name} />
      )}
      <Button
        size="small"
        aria-label="Keep this answer"
        title="Keep this answer and go on from it"
        disabled={isKeeping}
        className="ml-auto [@media(pointer:coarse)]:h-9"
        onClick={() => onKeep(message.id)}
      >
        <Check size={14} aria-hidden="true" className="text-accent" />
        {isKeeping ? 'Keeping' : 'Keep'}
      </Button>
    </footer>
  );
}

function Details({ generation, name }: { generation: Generation; name: string }) {
  return (
    <Popover
      label={`Details of the answer of ${name}`}
      className="w-64 p-3"
      trigger={
        <button
          type="button"
          aria-label="Details"
          title="Details"
          className="inline-flex h-7 items-center gap-1.5 rounded-md px-1.5 text-faint text-xs tabular-nums hover:bg-hover hover:text-ink [@media(pointer:coarse)]:h-9"
        >
          <Info size={14} aria-hidden="true" className="shrink-0" />
          {summary(generation)}
        </button>
      }
    >
      <AnswerDetails generation={generation} />
    </Popover>
  );
}

function StopOne({ chatId, generation, name }: { chatId: string; generation: Generation; name: string }) {
  const client = useClient();
  return (
    <Button
      look="ghost"
      size="small"
      aria-label={`Stop ${name}`}
      disabled={generation.state.name === 'stopping'}
      className="[@media(pointer:coarse)]:h-9"
      onClick={() => {
        client.stop(chatId, generation.id);
        catchFocus();
      }}
    >
      <Square size={11} fill="currentColor" aria-hidden="true" />
      Stop
    </Button>
  );
}

/** In the place of the answer that there is: what failed leaves no version behind. */
function Again({
  chatId,
  message,
  generation,
}: {
  chatId: string;
  message: Message;
  generation: Generation;
}) {
  const client = useClient();
  const { state } = generation;
  const wasCut = state.name !== 'done' || state.finish === 'length';
  if (!wasCut) return null;
  const isEmpty = message.text === '' && message.reasoning === '' && generation.calls === undefined;
  return (
    <Button
      size="small"
      className="[@media(pointer:coarse)]:h-9"
      onClick={() => {
        client.continueAnswer(chatId, message.id);
        catchFocus();
      }}
    >
      {isEmpty ? 'Retry' : 'Continue'}
    </Button>
  );
}

/** `3.2 s · 120 tokens`; what is not known is left out. */
function summary({ startedAt, endedAt, tokensOut }: Generation): string {
  const took = startedAt === null || endedAt === null ? null : duration(endedAt - startedAt);
  const tokens = tokensOut === null ? null : `${whole(tokensOut)} tokens`;
  return [took, tokens].filter((part) => part !== null).join(' · ');
}
