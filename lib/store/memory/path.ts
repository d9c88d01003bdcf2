import type { ChatSummary, FollowUp, Message } from '#lib/wire/chat.ts';
import { limits } from '#lib/wire/protocol.ts';
import type { ChatPage, PathChange, Turn } from '../chat-store.ts';
import {
  type ChatRow,
  isUnfinished,
  type MessageRow,
  toFollowUp,
  toMessage,
  toSummary,
  withCalls,
} from '../rows.ts';
import { callsOf } from './calls.ts';
import { comparedBeside, heldIn, latestGeneration, piecesOf, type Tables } from './tables.ts';

export function summaryOf(tables: Tables, chat: ChatRow): ChatSummary {
  let answering = false;
  for (const row of tables.unfinished) answering ||= row.chatId === chat.id;
  return toSummary(chat, answering);
}

export function followUpsOf(tables: Tables, chatId: string): FollowUp[] {
  return heldIn(tables, chatId).map(toFollowUp);
}

/** At most `length` messages from `lowest` upwards; root side first. */
export function pathUp(tables: Tables, lowest: string | null, length: number): MessageRow[] {
  const path: MessageRow[] = [];
  let next = lowest;
  while (next !== null && path.length < length) {
    const row = tables.messages.get(next);
    if (!row) break;
    path.unshift(row);
    next = row.parentId;
  }
  return path;
}

export function pageUp(tables: Tables, chat: ChatRow, lowest: string | null): ChatPage {
  const rows = pathUp(tables, lowest, limits.pageSize);
  return {
    chat: summaryOf(tables, chat),
    revision: chat.revision,
    messages: rows.map((row) => messageOf(tables, row)),
    hasOlder: (rows[0]?.parentId ?? null) !== null,
    beside: lowest === chat.leafId ? besideLeaf(tables, chat) : [],
    followUps: followUpsOf(tables, chat.id),
  };
}

/** The last `length` messages of the selected path. */
export function pathChange(tables: Tables, chat: ChatRow, length: number): PathChange {
  const rows = pathUp(tables, chat.leafId, length);
  return {
    chat: summaryOf(tables, chat),
    revision: chat.revision,
    from: rows[0]?.parentId ?? null,
    messages: rows.map((row) => messageOf(tables, row)),
    beside: besideLeaf(tables, chat),
    followUps: followUpsOf(tables, chat.id),
  };
}

function besideLeaf(tables: Tables, { leafId }: ChatRow): Message[] {
  const leaf = tables.messages.get(leafId ?? '');
  return leaf === undefined ? [] : comparedBeside(tables, leaf).map((row) => messageOf(tables, row));
}

export function turns(tables: Tables, chatId: string, messageId: string): Turn[] {
  if (tables.messages.get(messageId)?.chatId !== chatId) return [];
  const rows = pathUp(tables, messageId, Number.POSITIVE_INFINITY);
  return rows.map(({ id, role, text }) => withCalls({ role, text }, callsOf(tables, id)));
}

/** The youngest message below `messageId`, or itself: messages are never older than their parents. */
export function newestLeaf(tables: Tables, messageId: string): string {
  const below = new Set([messageId]);
  for (const id of below) for (const child of tables.children.get(id) ?? []) below.add(child);
  let newest = messageId;
  for (const id of tables.messages.keys()) if (below.has(id)) newest = id;
  return newest;
}

function messageOf(tables: Tables, row: MessageRow): Message {
  const generation = latestGeneration(tables, row.id);
  const siblings = [...(tables.children.get(row.parentId ?? row.chatId) ?? [])];
  const pieces = generation && isUnfinished(generation.state) ? piecesOf(tables, generation.id) : [];
  return toMessage(row, siblings, generation && { ...generation }, pieces, callsOf(tables, row.id));
}
