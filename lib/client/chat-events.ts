import type { ServerEventOf } from '#lib/wire/server-event.ts';
import { isRunning } from './running-texts.ts';
import { type ClientState, loadingPath, markStale, only, without, withPath } from './state.ts';

export function applyChat(state: ClientState, { chat }: ServerEventOf<'chat'>): ClientState {
  const next = { ...state, chats: { ...state.chats, [chat.id]: chat } };
  if (state.paths[chat.id]?.phase !== 'gone') return next;
  return markStale(withPath(next, chat.id, loadingPath), chat.id, 'whole');
}

/** The chat is not there (any more); a page that shows it says so. */
export function loseChat(state: ClientState, chatId: string): ClientState {
  const isLoaded = chatId in state.paths;
  const next = { ...forgetChat(state, chatId), chats: without(state.chats, chatId) };
  const generations = only(next.generations, (generation) => generation.chatId !== chatId);
  const lost = {
    ...next,
    generations,
    outbox: next.outbox.filter((one) => one.chatId !== chatId || !one.acked),
  };
  return isLoaded ? withPath(lost, chatId, { ...loadingPath, phase: 'gone' }) : lost;
}

/** Drops what only a shown chat needs. Running generations stay: the sidebar shows them. */
export function forgetChat(state: ClientState, chatId: string): ClientState {
  const isShown = (one: { chatId: string }) => one.chatId === chatId;
  return {
    ...state,
    paths: without(state.paths, chatId),
    stale: without(state.stale, chatId),
    texts: only(state.texts, (text) => !isShown(text)),
    generations: only(state.generations, (one) => !isShown(one) || isRunning(one)),
  };
}

/** Nobody keeps the paths up to date while there is no connection, or while nobody watches. */
export function notLive(state: ClientState, chatId?: string): ClientState {
  const entries = Object.entries(state.paths).map(([id, path]) => {
    const isMeant = chatId === undefined || id === chatId;
    return [
      id,
      isMeant && (path.live || path.loadingOlder) ? { ...path, live: false, loadingOlder: false } : path,
    ];
  });
  return { ...state, paths: Object.fromEntries(entries) };
}
