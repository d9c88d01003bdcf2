'use client';

import { usePathname } from 'next/navigation';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Where the page is: `id` is null on the page of a new chat; `isChatId` is false where no chat can have that id. */
export function useOpenChat(): { id: string | null; isChatId: boolean } {
  const path = usePathname();
  const id = path.startsWith('/c/') ? (path.slice(3).split('/')[0] ?? '') : null;
  return { id, isChatId: id === null || uuid.test(id) };
}

export function addressOf(chatId: string | null): string {
  return chatId === null ? '/' : `/c/${chatId}`;
}

/** Moves without asking the server: the pages are empty, all that is shown comes over the socket. */
export function openChat(chatId: string | null): void {
  if (location.pathname !== addressOf(chatId)) history.pushState(null, '', addressOf(chatId));
}

/** For links: a plain click moves here, any other does what the browser does with links. */
export function openOnPlainClick(event: React.MouseEvent, chatId: string | null): void {
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || event.button !== 0) return;
  event.preventDefault();
  openChat(chatId);
}
