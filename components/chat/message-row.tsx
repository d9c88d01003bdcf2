'use client';

import { memo } from 'react';
import { cx } from '#components/ui/cx.ts';
import type { Message } from '#lib/wire/chat.ts';
import { Answer } from './answer.tsx';
import { UserMessage } from './user-message.tsx';

export const MessageRow = memo(function MessageRow({
  chatId,
  message,
  isLast,
}: {
  chatId: string;
  message: Message;
  isLast: boolean;
}) {
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
