'use client';

import { useEffect } from 'react';
import { useChatActivity, useChats } from '#lib/client/hooks.ts';

/**
 * The title of the tab: how many answers wait to be read, whether this chat's is being made, its name.
 * @param page the name of a page that is no chat
 */
export function PageTitle({ chatId, page }: { chatId: string | null; page: string }) {
  const chats = useChats();
  const isRunning = useChatActivity(chatId ?? '') !== null;
  const unread = chats.filter((chat) => chat.unread).length;
  const title = chats.find(({ id }) => id === chatId)?.title ?? page;
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
