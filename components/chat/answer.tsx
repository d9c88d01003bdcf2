'use client';

import { FallbackNote } from '#components/fallback-note.tsx';
import { catchFocus } from '#components/focus.ts';
import { GenerationState } from '#components/generation-state.tsx';
import { Button } from '#components/ui/button.tsx';
import { useClient, useConnection, useGeneration, usePending } from '#lib/client/hooks.ts';
import { type Generation, isEnding, type Message } from '#lib/wire/chat.ts';
import { AnswerActions } from './answer-actions.tsx';
import { AnswerText } from './answer-text.tsx';
import { NotSentYet } from './not-sent-yet.tsx';

export interface AnswerProps {
  chatId: string;
  message: Message;
  isLast: boolean;
}

export function Answer({ chatId, message, isLast }: AnswerProps) {
  const live = useGeneration(message.generation?.id ?? null);
  const generation = live ?? message.generation;
  const isRunning = generation !== null && !isEnding(generation.state);
  return (
    <article aria-label="Answer" aria-busy={isRunning} className="group">
      <AnswerText
        messageId={message.id}
        generation={generation}
        // One that is about to go on knows them from before.
        calls={generation?.calls ?? message.generation?.calls}
        isOnly={message.siblings.length < 2}
        isRunning={isRunning}
      />
      {generation === null ? null : (
        <AnswerState chatId={chatId} message={message} generation={generation} isLast={isLast} />
      )}
      {isRunning ? null : (
        <AnswerActions chatId={chatId} message={message} generation={generation} isLast={isLast} />
      )}
    </article>
  );
}

function AnswerState({ chatId, message, generation, isLast }: AnswerProps & { generation: Generation }) {
  const client = useClient();
  const { phase } = useConnection();
  const pending = usePending(chatId).find((one) => one.generationId === generation.id);
  if (pending !== undefined && pending.kind !== 'send' && phase !== 'open') {
    return (
      <div className="mt-2 flex">
        <NotSentYet chatId={chatId} pending={pending} />
      </div>
    );
  }
  // The message above says that it waits for the connection.
  if (pending !== undefined && phase !== 'open') return null;
  const { state } = generation;
  const wasCut =
    state.name === 'interrupted' ||
    state.name === 'stopped' ||
    (state.name === 'done' && state.finish === 'length');
  const isEmpty = message.text === '' && message.reasoning === '' && generation.calls === undefined;
  // Further up, going on would leave what was said since on another branch.
  const goesOn = wasCut && isLast && !isEmpty;
  return (
    <div className="mt-2 flex flex-wrap items-center gap-x-3 gap-y-1.5 empty:hidden">
      <FallbackNote generation={generation} />
      <GenerationState generation={generation} />
      {goesOn ? (
        <Button
          size="small"
          onClick={() => {
            client.continueAnswer(chatId, message.id);
            catchFocus();
          }}
        >
          Continue
        </Button>
      ) : null}
      {state.name === 'failed' || (state.name === 'stopped' && isEmpty) ? (
        <Button
          size="small"
          onClick={() => {
            client.regenerate(chatId, message.id, generation.model);
            catchFocus();
          }}
        >
          Retry
        </Button>
      ) : null}
    </div>
  );
}
