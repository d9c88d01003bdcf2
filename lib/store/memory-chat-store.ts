import { Refusal } from '#lib/wire/error-code.ts';
import type { ChatStore } from './chat-store.ts';
import { type Asking, begin, recognise } from './memory/begin.ts';
import { compare, keep } from './memory/compare.ts';
import { changeFollowUp, chatsToRelease, releaseFollowUp } from './memory/follow-ups.ts';
import { adopt, checkpoint, disown, end, unfinished } from './memory/generations.ts';
import { newestLeaf, pageUp, summaryOf, turns } from './memory/path.ts';
import { dropChat, emptyTables, type Tables, unknown, visibleChat } from './memory/tables.ts';
import { toolMethods } from './memory/tool-methods.ts';
import { storable } from './stored-text.ts';

export interface MemoryChatStore extends ChatStore {
  /** While true every method is refused with `storage_unavailable`, as in an outage. */
  unavailable: boolean;
}

export interface MemoryChatStoreOptions {
  now?: () => number;
  /** Where it keeps everything, for others that read it. */
  tables?: Tables;
}

/** Everything in this process, gone with it: for tests. Each method runs whole, one or more microtasks later. */
export function memoryChatStore(options: MemoryChatStoreOptions = {}): MemoryChatStore {
  const { now = Date.now, tables = emptyTables() } = options;

  async function atomically<T>(work: () => T): Promise<T> {
    await Promise.resolve();
    if (store.unavailable) throw new Refusal('storage_unavailable', 'The database cannot be reached.');
    const result = structuredClone(work());
    await Promise.resolve();
    return result;
  }

  function asking(userId: string, owner: string): Asking {
    return { tables, userId, owner, now: now() };
  }

  const store: MemoryChatStore = {
    unavailable: false,
    chats: (userId) =>
      atomically(() =>
        [...tables.chats.values()]
          .filter((chat) => chat.userId === userId && chat.deletedAt === null)
          .sort((a, b) => b.updatedAt - a.updatedAt || (a.id < b.id ? 1 : -1))
          .map((chat) => summaryOf(tables, chat)),
      ),
    page: (userId, chatId, before) =>
      atomically(() => {
        const chat = tables.chats.get(chatId);
        if (chat?.userId !== userId || chat.deletedAt !== null) return null;
        if (before === undefined) return pageUp(tables, chat, chat.leafId);
        const below = tables.messages.get(before);
        return below?.chatId === chatId ? pageUp(tables, chat, below.parentId) : null;
      }),
    revision: (userId, chatId) =>
      atomically(() => {
        const chat = tables.chats.get(chatId);
        return chat?.userId === userId && chat.deletedAt === null ? chat.revision : null;
      }),
    begin: (userId, request, owner) => atomically(() => begin(asking(userId, owner), request)),
    known: (userId, request) => atomically(() => recognise(tables, userId, request)),
    history: (chatId, messageId) => atomically(() => turns(tables, chatId, messageId)),
    checkpoint: (owner, entries) => atomically(() => checkpoint(tables, owner, entries)),
    end: (owner, ended) => atomically(() => end(tables, owner, ended)),
    releaseFollowUp: (userId, chatId, owner, messageId) =>
      atomically(() => releaseFollowUp(asking(userId, owner), chatId, messageId)),
    editFollowUp: (userId, chatId, messageId, text) =>
      atomically(() => changeFollowUp(tables, userId, chatId, messageId, text)),
    withdrawFollowUp: (userId, chatId, messageId) =>
      atomically(() => changeFollowUp(tables, userId, chatId, messageId, null)),
    select: (userId, chatId, messageId) =>
      atomically(() => {
        const chat = visibleChat(tables, userId, chatId);
        if (tables.messages.get(messageId)?.chatId !== chatId) throw unknown();
        chat.leafId = newestLeaf(tables, messageId);
        chat.revision += 1;
        return pageUp(tables, chat, chat.leafId);
      }),
    keep: (userId, chatId, messageId) => atomically(() => keep(tables, userId, chatId, messageId)),
    compare: (userId, chatId, messageId) => atomically(() => compare(tables, userId, chatId, messageId)),
    rename: (userId, chatId, title) =>
      atomically(() => {
        const chat = visibleChat(tables, userId, chatId);
        chat.title = storable(title);
        chat.titleSource = 'person';
        return summaryOf(tables, chat);
      }),
    entitle: (chatId, title) =>
      atomically(() => {
        const chat = tables.chats.get(chatId);
        if (chat?.titleSource !== 'plain' || chat.deletedAt !== null) return null;
        chat.title = storable(title);
        chat.titleSource = 'model';
        return summaryOf(tables, chat);
      }),
    markRead: (userId, chatId) =>
      atomically(() => {
        const chat = visibleChat(tables, userId, chatId);
        chat.readAt = Math.max(now(), chat.endedAt ?? 0);
        return summaryOf(tables, chat);
      }),
    remove: (userId, chatId) =>
      atomically(() => {
        visibleChat(tables, userId, chatId).deletedAt = now();
      }),
    restore: (userId, chatId) =>
      atomically(() => {
        const chat = tables.chats.get(chatId);
        if (chat?.userId !== userId) throw unknown();
        chat.deletedAt = null;
        return summaryOf(tables, chat);
      }),
    purge: (olderThanMs) =>
      atomically(() => {
        const old = [...tables.chats.values()].filter(
          (chat) => (chat.deletedAt ?? Infinity) < now() - olderThanMs,
        );
        for (const chat of old) dropChat(tables, chat.id);
        return old.length;
      }),
    ...toolMethods(tables, atomically),
    beat: (owner) => atomically(() => void tables.beats.set(owner, now())),
    leave: (owner) => atomically(() => void tables.beats.delete(owner)),
    adopt: (owner, options) => atomically(() => adopt(tables, owner, now(), options)),
    unfinished: (owner, olderThanMs) => atomically(() => unfinished(tables, owner, now() - olderThanMs)),
    disown: (owner, ids) => atomically(() => disown(tables, owner, ids)),
    chatsToRelease: () => atomically(() => chatsToRelease(tables)),
    ping: () => atomically(() => undefined),
  };
  return store;
}
