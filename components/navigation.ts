'use client';

import { usePathname } from 'next/navigation';
import { useSyncExternalStore } from 'react';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export const FLOW_ADDRESS = '/flow';
export const SETTINGS_ADDRESS = '/settings';
export const BATCHES_ADDRESS = '/batches';
export const ANALYSES_ADDRESS = '/analyses';
export const SEARCH_ADDRESS = '/search';

const movers = new Set<() => void>();

function onMove(moved: () => void): () => void {
  movers.add(moved);
  window.addEventListener('popstate', moved);
  return () => {
    movers.delete(moved);
    window.removeEventListener('popstate', moved);
  };
}

export type PageName = 'Flow' | 'Batches' | 'Analyses' | 'Settings' | 'Search';

export interface Place {
  id: string | null;
  isChatId: boolean;
  page: PageName | null;
}

/**
 * Follows the address at once: Next's own hook follows in a transition, in which what is typed would still go to the
 * chat that was left.
 */
export function usePath(): string {
  const first = usePathname();
  return useSyncExternalStore(
    onMove,
    () => location.pathname,
    () => first,
  );
}

/** What stands behind the question mark of the address, with it. */
export function useSearch(): string {
  return useSyncExternalStore(
    onMove,
    () => location.search,
    () => '',
  );
}

/** The message that the address of a chat names; null for none. */
export function useWantedMessage(): string | null {
  const wanted = new URLSearchParams(useSearch()).get('m') ?? '';
  return uuid.test(wanted) ? wanted : null;
}

/**
 * Where the page is: `id` is null on the page of a new chat; `isChatId` is false where no chat can have that id; `page`
 * is null where there are chats.
 */
export function useOpenChat(): Place {
  const path = usePath();
  const id = path.startsWith('/c/') ? (path.slice(3).split('/')[0] ?? '') : null;
  return { id, isChatId: id === null || uuid.test(id), page: pageOf(path) };
}

function pageOf(path: string): PageName | null {
  if (path === FLOW_ADDRESS) return 'Flow';
  if (path === SETTINGS_ADDRESS) return 'Settings';
  if (path === ANALYSES_ADDRESS) return 'Analyses';
  if (path === SEARCH_ADDRESS) return 'Search';
  return path === BATCHES_ADDRESS || path.startsWith(`${BATCHES_ADDRESS}/`) ? 'Batches' : null;
}

export function analysesOf(chatId: string): string {
  return `${ANALYSES_ADDRESS}?chat=${chatId}`;
}

export function searchOf(text: string): string {
  return text === '' ? SEARCH_ADDRESS : `${SEARCH_ADDRESS}?${new URLSearchParams({ q: text })}`;
}

/** Of one message: its chat opens there. */
export function messageAddress(chatId: string, messageId: string): string {
  return `/c/${chatId}?m=${messageId}`;
}

export function addressOf(chatId: string | null): string {
  return chatId === null ? '/' : `/c/${chatId}`;
}

/** Moves without asking the server: the pages are empty, all that is shown comes over the socket. */
export function go(address: string): void {
  if (location.pathname + location.search === address) return;
  history.pushState(null, '', address);
  for (const moved of movers) moved();
}

/** The same without a step of its own on the way back. */
export function replaceAddress(address: string): void {
  history.replaceState(null, '', address);
  for (const moved of movers) moved();
}

export function openChat(chatId: string | null): void {
  go(addressOf(chatId));
}

/** For links: a plain click moves here, any other does what the browser does with links. */
export function goOnPlainClick(event: React.MouseEvent, address: string): void {
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || event.button !== 0) return;
  event.preventDefault();
  go(address);
}

export function openOnPlainClick(event: React.MouseEvent, chatId: string | null): void {
  goOnPlainClick(event, addressOf(chatId));
}
