'use client';

import { useEffect } from 'react';
import { useChatActivity, useChats } from '#lib/client/hooks.ts';

/** The title of the tab: how many answers wait to be read, whether this chat's is being made, its name. */
export function PageTitle({ chatId }: { chatId: string | null }) {
  const chats = useChats();
  const isRunning = useChatActivity(chatId ?? '') !== null;
  const unread = chats.filter((chat) => chat.unread).length;
  const title = chats.find(({ id }) => id === chatId)?.title ?? '';
  useEffect(() => {
    document.title = pageTitle({ unread, isRunning, title });
  }, [unread, isRunning, title]);
  return null;
}

export function pageTitle(page: { unread: number; isRunning: boolean; title: string }): string {
  const count = page.unread > 0 ? `(${page.unread}) ` : '';
  const mark = page.isRunning ? '● ' : '';
  return `${count}${mark}${page.title === '' ? '' : `${page.title} · `}Weir`;
}
