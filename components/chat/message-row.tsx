'use client';

import { memo } from 'react';
import { LazyComparison } from '#components/comparison/lazy-comparison.tsx';
import { cx } from '#components/ui/cx.ts';
import type { Message } from '#lib/wire/chat.ts';
import { Answer } from './answer.tsx';
import { UserMessage } from './user-message.tsx';

export const MessageRow = memo(function MessageRow({
  chatId,
  message,
  isLast,
  compared,
  isMarked,
}: {
  chatId: string;
  message: Message;
  isLast: boolean;
  /** Answers that are shown side by side in the place of this one. */
  compared: readonly Message[] | undefined;
  /** Of these, this one was jumped to. */
  isMarked: boolean;
}) {
  if (compared !== undefined) {
    return (
      <div className="mx-auto w-full max-w-[84rem] px-[clamp(1rem,3vw,1.5rem)] pb-3">
        <LazyComparison chatId={chatId} columns={compared} selected={message.id} isMarked={isMarked} />
      </div>
    );
  }
  return (
    <div className={cx('measure', message.role === 'user' ? 'pt-4' : 'pb-3')}>
      {message.role === 'user' ? (
        <UserMessage chatId={chatId} message={message} />
      ) : (
        <Answer chatId={chatId} message={message} isLast={isLast} />
      )}
    </div>
  );
});
