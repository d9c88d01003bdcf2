'use client';

import { useCallback, useSyncExternalStore } from 'react';
import { useChats, useModels } from '#lib/client/hooks.ts';

const KEY = 'weir.model';
/** What was picked in this page and not sent with yet, by chat. */
const picked = new Map<string, string>();
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

function lastPicked(): string {
  try {
    return localStorage.getItem(KEY) ?? '';
  } catch {
    // Storage is forbidden: the default model it is.
    return '';
  }
}

export function pickModel(chatId: string, model: string): void {
  picked.set(chatId, model);
  try {
    if (chatId === 'new') localStorage.setItem(KEY, model);
  } catch {
    // Storage is forbidden or full: the choice holds until the page is closed.
    return;
  } finally {
    for (const listener of listeners) listener();
  }
}

/**
 * The model that the next message of a chat goes to: picked, else the chat's own, else the last one picked for a new
 * chat, else the default; never one that is no longer offered.
 * @param chatId `new` for a chat that does not exist yet
 */
export function useChosenModel(chatId: string): [string, (model: string) => void] {
  const { models, defaultModel } = useModels();
  const chats = useChats();
  const own = chats.find(({ id }) => id === chatId)?.model ?? '';
  const choice = useSyncExternalStore(
    subscribe,
    () => picked.get(chatId) ?? (chatId === 'new' ? lastPicked() : own),
    () => '',
  );
  const model = models.some(({ id }) => id === choice) ? choice : defaultModel;
  return [model, useCallback((next: string) => pickModel(chatId, next), [chatId])];
}
