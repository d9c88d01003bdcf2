'use client';

import { useEffect } from 'react';
import { preloadMarkdown } from '#components/markdown/lazy-markdown.tsx';
import { useWantedMessage } from '#components/navigation.ts';
import { useCompared } from '#lib/client/comparison-hooks.ts';
import { useChat, useClient } from '#lib/client/hooks.ts';
import type { ChatSummary } from '#lib/wire/chat.ts';
import { ChatGone } from './chat-gone.tsx';
import { ChatSkeleton } from './chat-skeleton.tsx';
import { LazyJumpScreen } from './lazy-jump-screen.tsx';
import { MessageLog } from './message-log.tsx';

/** The messages of one chat, in whatever state they are. */
export function ChatScreen({ chatId, chat }: { chatId: string; chat: ChatSummary | null }) {
  const client = useClient();
  const path = useChat(chatId);
  const { phase, messages, hasOlder, loadingOlder } = path;
  const wanted = useWantedMessage();
  const compared = useCompared(chatId);
  useEffect(() => client.watch(chatId), [client, chatId]);
  useEffect(preloadMarkdown, []);
  useReadMark(chatId, chat?.unread ?? false);
  if (phase === 'gone') return <ChatGone />;
  if (phase === 'loading') return <ChatSkeleton />;
  const title = chat?.title || 'this chat';
  const log = (
    <MessageLog
      key={chatId}
      chatId={chatId}
      title={title}
      messages={messages}
      compared={compared}
      hasOlder={hasOlder}
      loadingOlder={loadingOlder}
      wanted={wanted}
    />
  );
  if (wanted === null) return log;
  return (
    <LazyJumpScreen key={chatId} chatId={chatId} title={title} wanted={wanted} path={path}>
      {log}
    </LazyJumpScreen>
  );
}

/** An answer is read when it has ended in a chat that somebody can see. */
function useReadMark(chatId: string, isUnread: boolean): void {
  const client = useClient();
  useEffect(() => {
    if (!isUnread) return;
    const mark = () => {
      if (document.visibilityState === 'visible') client.markRead(chatId);
    };
    mark();
    document.addEventListener('visibilitychange', mark);
    return () => document.removeEventListener('visibilitychange', mark);
  }, [client, chatId, isUnread]);
}
