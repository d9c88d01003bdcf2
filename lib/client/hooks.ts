'use client';

import { createContext, useCallback, useContext, useEffect, useState, useSyncExternalStore } from 'react';
import { useStore } from 'zustand/react';
import { useShallow } from 'zustand/react/shallow';
import type { ChatSummary, Generation, ModelInfo } from '#lib/wire/chat.ts';
import { activityView, elsewhereView, pathActivityView } from './activity-view.ts';
import { announcement } from './announcements.ts';
import { type ChatClient, createChatClient } from './chat-client.ts';
import { answersAsked } from './compared.ts';
import type { MessageText } from './painter.ts';
import type { ChatPath, ClientState, Connection, Pending } from './state.ts';
import { chatsView, chatView, generationView, isRefusedView, pendingView } from './view.ts';

let pageClient: ChatClient | undefined;

/** For tests and previews; pages use the one client of the page without any provider. */
export const ClientContext = createContext<ChatClient | null>(null);

export function useClient(): ChatClient {
  const given = useContext(ClientContext);
  if (given !== null) return given;
  pageClient ??= createChatClient();
  return pageClient;
}

export function useView<T>(select: (state: ClientState) => T): T {
  return useStore(useClient().store, select);
}

export function useConnection(): Connection {
  return useView((state) => state.connection);
}

/** Newest first; chats that are not on the server yet included. */
export function useChats(): ChatSummary[] {
  return useView(chatsView);
}

/** False until the first welcome: an empty list means nothing before. */
export function useChatsLoaded(): boolean {
  return useView((state) => state.chatsLoaded);
}

export function useChat(chatId: string): ChatPath {
  return useView((state) => chatView(state, chatId));
}

/** The running generation of a chat that is most worth showing. */
export function useChatActivity(chatId: string): Generation | null {
  return useView((state) => activityView(state, chatId));
}

/** The running answer on the path that is shown. */
export function usePathActivity(chatId: string): Generation | null {
  return useView((state) => pathActivityView(state, chatId));
}

/** Answers of this chat that run on branches which are not shown. */
export function useElsewhere(chatId: string): readonly Generation[] {
  return useView(useShallow((state) => elsewhereView(state, chatId)));
}

/** Whether the request for this answer has not been confirmed, while nothing can be sent. */
export function useIsUnsent(generationId: string): boolean {
  return useView(
    ({ connection, outbox }) =>
      connection.phase !== 'open' &&
      answersAsked(outbox).some((one) => one.generationId === generationId && !one.acked),
  );
}

/** The newest state of a generation; null for one that nobody shows any more. */
export function useGeneration(generationId: string | null): Generation | null {
  return useView((state) => generationView(state, generationId));
}

/** When a retrying generation goes on or a queued one may begin, milliseconds since 1970 on this machine's clock. */
export function useDueAt(generationId: string | null): number | null {
  return useView((state) => (generationId === null ? null : (state.dueAt[generationId] ?? null)));
}

/** Live; repainted at most once per animation frame, less often the more texts arrive at once. */
export function useMessageText(messageId: string): MessageText {
  const { painter } = useClient();
  const subscribe = useCallback(
    (listener: () => void) => painter.subscribe(messageId, listener),
    [painter, messageId],
  );
  const read = () => painter.read(messageId);
  return useSyncExternalStore(subscribe, read, read);
}

export function useModels(): { models: ModelInfo[]; defaultModel: string } {
  return useView(useShallow(({ models, defaultModel }) => ({ models, defaultModel })));
}

export function usePending(chatId: string): Pending[] {
  return useView(useShallow((state) => pendingView(state, chatId)));
}

/** Whether a message of this chat was refused and waits for the person. */
export function useIsRefused(chatId: string): boolean {
  return useView((state) => isRefusedView(state, chatId));
}

/** @param chatId `new` for a chat that does not exist yet */
export function useDraft(chatId: string): [string, (text: string) => void] {
  const { drafts } = useClient();
  const subscribe = useCallback(
    (listener: () => void) => drafts.subscribe(chatId, listener),
    [drafts, chatId],
  );
  const text = useSyncExternalStore(
    subscribe,
    () => drafts.read(chatId),
    () => '',
  );
  const write = useCallback((next: string) => drafts.write(chatId, next), [drafts, chatId]);
  return [text, write];
}

/** What a screen reader should say next, for a region with `aria-live="polite"`. */
export function useAnnouncement(): string {
  const { store } = useClient();
  const [words, say] = useState('');
  useEffect(() => {
    return store.subscribe((after, before) => {
      const next = announcement(before, after);
      if (next !== null) say(next);
    });
  }, [store]);
  return words;
}
