'use client';

import { memo, useEffect, useRef } from 'react';
import { AnswerText } from '#components/chat/answer-text.tsx';
import { focusArticle } from '#components/chat/marked.ts';
import { DemoTag } from '#components/composer/model-picker.tsx';
import { FallbackNote } from '#components/fallback-note.tsx';
import { GenerationState } from '#components/generation-state.tsx';
import { cx } from '#components/ui/cx.ts';
import { SkeletonText } from '#components/ui/skeleton.tsx';
import { useGeneration, useModels } from '#lib/client/hooks.ts';
import { type Generation, isEnding, type Message } from '#lib/wire/chat.ts';
import { ColumnActions } from './column-actions.tsx';
import { columnId } from './column-tabs.tsx';

export interface ColumnProps {
  chatId: string;
  message: Message;
  name: string;
  /** Where only one has room. */
  isShown: boolean;
  /** It was jumped to: it is marked for a moment and has the focus. */
  isMarked: boolean;
  /** The person has asked to keep it, and the server has not heard that yet. */
  isKeeping: boolean;
  onKeep: (messageId: string) => void;
}

/** One of several answers. Text that arrives in another one does not make this render again. */
export const Column = memo(function Column({
  chatId,
  message,
  name,
  isShown,
  isMarked,
  isKeeping,
  onKeep,
}: ColumnProps) {
  const article = useRef<HTMLElement>(null);
  useEffect(() => {
    if (isMarked && article.current !== null) focusArticle(article.current);
  }, [isMarked]);
  const live = useGeneration(message.generation?.id ?? null);
  const generation = live ?? message.generation;
  const isRunning = generation !== null && !isEnding(generation.state);
  const { models } = useModels();
  const isDemo = models.find(({ id }) => id === message.model)?.demo ?? false;
  return (
    <section
      id={columnId(message.id)}
      aria-label={name}
      className={cx(
        'min-w-0 flex-col rounded-xl border border-line bg-raised @2xl:flex',
        isShown ? 'flex' : 'hidden',
        isMarked && 'marked',
      )}
    >
      <header className="flex min-h-10 items-center gap-2 border-line border-b px-4 py-2">
        <h3
          title={name}
          className="line-clamp-2 min-w-0 font-medium text-[0.8125rem] leading-tight [overflow-wrap:anywhere]"
        >
          {name}
        </h3>
        {isDemo ? <DemoTag /> : null}
      </header>
      <article
        ref={article}
        aria-label="Answer"
        aria-busy={isRunning}
        className="min-w-0 flex-1 px-4 pt-3 pb-1"
      >
        <AnswerText
          messageId={message.id}
          generation={generation}
          calls={generation?.calls ?? message.generation?.calls}
          isOnly={false}
          isRunning={isRunning}
        />
        {generation === null ? null : <State generation={generation} />}
        {generation?.state.name === 'queued' ? <SkeletonText className="pb-3" /> : null}
      </article>
      <ColumnActions
        chatId={chatId}
        message={message}
        generation={generation}
        name={name}
        isKeeping={isKeeping}
        onKeep={onKeep}
      />
    </section>
  );
});

function State({ generation }: { generation: Generation }) {
  return (
    <div className="mt-1 mb-2 flex flex-wrap items-center gap-x-3 gap-y-1.5 empty:hidden">
      <FallbackNote generation={generation} />
      <GenerationState generation={generation} />
    </div>
  );
}
