import { pathUp } from './memory/path.ts';
import { emptyTables, type Tables } from './memory/tables.ts';
import type {
  EmbeddedMessage,
  FoundMessage,
  MessageSearch,
  NearPiece,
  PlacedMessage,
} from './message-search.ts';
import { SEARCHED } from './message-search.ts';
import type { MessageRow } from './rows.ts';

interface Kept {
  text: string;
  entry: EmbeddedMessage;
}

/** Over the tables of a `memoryChatStore`. The version of a message is its text. */
export function memoryMessageSearch(
  tables: Tables = emptyTables(),
  { hasVectors = true }: { hasVectors?: boolean } = {},
): MessageSearch {
  const kept = new Map<string, Kept>();
  const own = (userId: string) => [...tables.messages.values()].filter((row) => isOwn(tables, userId, row));
  const lacks = ({ id, text }: MessageRow) => text !== '' && kept.get(id)?.text !== text;
  return {
    hasVectors,
    byWords: async (userId, text, limit) => byWords(own(userId), text).slice(0, limit),
    byMeaning: async (userId, { model, vector }, limit) => {
      const entries = own(userId).flatMap(({ id }) => kept.get(id)?.entry ?? []);
      const ofModel = entries.filter((entry) => entry.model === model);
      return byMeaning(ofModel, vector).slice(0, limit);
    },
    read: async (userId, ids) =>
      own(userId)
        .filter(({ id }) => ids.includes(id))
        .map((row) => found(tables, row)),
    progress: async (userId) => {
      const rows = own(userId).filter(({ text }) => text !== '');
      return { total: rows.length, waiting: rows.filter(lacks).length };
    },
    place: async (userId, { chatId, messageId }, further) => {
      const row = tables.messages.get(messageId);
      if (row?.chatId !== chatId || !isOwn(tables, userId, row)) return null;
      return place(tables, row, further);
    },
    waiting: async (limit, without) =>
      [...tables.messages.values()]
        .filter((row) => lacks(row) && !without.includes(row.id))
        .reverse()
        .slice(0, limit)
        .map(({ id, text }) => ({ messageId: id, version: text, text: beginning(text) })),
    keep: async (messages) => {
      for (const entry of messages) {
        const row = tables.messages.get(entry.messageId);
        if (row?.text === entry.version) kept.set(row.id, { text: row.text, entry });
      }
    },
    renew: async (model) => {
      const others = [...kept.values()].filter(
        ({ entry }) => entry.pieces.length > 0 && entry.model !== model,
      );
      for (const { entry } of others) kept.delete(entry.messageId);
      return others.length;
    },
  };
}

const beginning = (text: string) => [...text].slice(0, SEARCHED).join('');

function isOwn(tables: Tables, userId: string, { chatId }: MessageRow): boolean {
  const chat = tables.chats.get(chatId);
  return chat?.userId === userId && chat.deletedAt === null;
}

const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];

/** Newest first: what ranks before what is the database's. */
function byWords(rows: readonly MessageRow[], text: string): string[] {
  const asked = wordsOf(text);
  const last = /[\p{L}\p{M}\p{N}]$/u.test(text) ? asked.pop() : undefined;
  const fits = (row: MessageRow) => {
    const there = wordsOf(row.text.slice(0, SEARCHED));
    const goesOn = last === undefined || there.some((word) => word.startsWith(last));
    return goesOn && asked.every((word) => there.includes(word));
  };
  if (asked.length === 0 && last === undefined) return [];
  return rows
    .filter(fits)
    .map(({ id }) => id)
    .reverse();
}

function byMeaning(entries: readonly EmbeddedMessage[], asked: Float32Array): NearPiece[] {
  const near = entries.flatMap(({ messageId, pieces }) => {
    const all = pieces.flatMap(({ at, vector }) =>
      vector?.length === asked.length ? [{ messageId, at, likeness: likeness(vector, asked) }] : [],
    );
    return all.sort((a, b) => b.likeness - a.likeness).slice(0, 1);
  });
  return near.sort((a, b) => b.likeness - a.likeness);
}

function likeness(one: Float32Array, other: Float32Array): number {
  const product = one.reduce((sum, value, at) => sum + value * (other[at] ?? 0), 0);
  return product / (Math.hypot(...one) * Math.hypot(...other));
}

function found(tables: Tables, { id, chatId, role, createdAt, text }: MessageRow): FoundMessage {
  const chatTitle = tables.chats.get(chatId)?.title ?? '';
  return {
    messageId: id,
    chatId,
    chatTitle,
    role,
    createdAt,
    text: beginning(text),
  };
}

function place(tables: Tables, { id, chatId }: MessageRow, further: number): PlacedMessage {
  const leaf = tables.chats.get(chatId)?.leafId ?? null;
  const path = pathUp(tables, leaf, Number.POSITIVE_INFINITY);
  const at = path.findIndex((row) => row.id === id);
  if (at === -1) return { below: null, before: null };
  return { below: path.length - 1 - at, before: path[at + further + 1]?.id ?? null };
}
