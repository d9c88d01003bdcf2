import { Refusal } from '#lib/wire/error-code.ts';
import { joinPieces, type Piece } from '../pieces.ts';
import {
  type ChatRow,
  type FollowUpRow,
  type GenerationRow,
  isUnfinished,
  type MessageRow,
} from '../rows.ts';
import { type CallRow, hasCalls } from './calls.ts';

export interface HeldRow extends FollowUpRow {
  chatId: string;
  replyId: string;
  generationId: string;
  /** See schema.prisma. */
  behindId: string;
  request: string;
  /** A withdrawn one stays, so that a late replay of its request does not send it after all. */
  withdrawn: boolean;
}

export interface Tables {
  chats: Map<string, ChatRow>;
  messages: Map<string, MessageRow>;
  /** Ids by parent, oldest first; roots under the id of their chat. */
  children: Map<string, string[]>;
  generations: Map<string, GenerationRow & { request: string }>;
  /** Newest generation of each message. */
  latest: Map<string, string>;
  unfinished: Set<GenerationRow>;
  followUps: Map<string, HeldRow>;
  pieces: Map<string, Map<string, Piece>>;
  beats: Map<string, number>;
  calls: Map<string, CallRow>;
}

export function emptyTables(): Tables {
  return {
    chats: new Map(),
    messages: new Map(),
    children: new Map(),
    generations: new Map(),
    latest: new Map(),
    unfinished: new Set(),
    followUps: new Map(),
    pieces: new Map(),
    beats: new Map(),
    calls: new Map(),
  };
}

/** @throws Refusal `not_found` */
export function visibleChat(tables: Tables, userId: string, chatId: string): ChatRow {
  const chat = tables.chats.get(chatId);
  if (chat?.userId !== userId || chat.deletedAt !== null) throw unknown();
  return chat;
}

export function unknown(): Refusal {
  return new Refusal('not_found', 'There is no such chat or message.');
}

export function insertMessage(tables: Tables, row: MessageRow): void {
  tables.messages.set(row.id, row);
  const siblings = tables.children.get(row.parentId ?? row.chatId);
  if (siblings) siblings.push(row.id);
  else tables.children.set(row.parentId ?? row.chatId, [row.id]);
}

export function insertGeneration(tables: Tables, row: GenerationRow & { request: string }): void {
  tables.generations.set(row.id, row);
  tables.latest.set(row.messageId, row.id);
  tables.unfinished.add(row);
}

export function latestGeneration(tables: Tables, messageId: string): GenerationRow | null {
  return tables.generations.get(tables.latest.get(messageId) ?? '') ?? null;
}

/** What is shown side by side with this answer; oldest first. */
export function comparedBeside(tables: Tables, { id, parentId, compared }: MessageRow): MessageRow[] {
  if (!compared || parentId === null) return [];
  const siblings = (tables.children.get(parentId) ?? []).map((sibling) => tables.messages.get(sibling));
  return siblings.filter((row) => row !== undefined).filter((row) => row.compared && row.id !== id);
}

export function heldIn(tables: Tables, chatId: string): HeldRow[] {
  return [...tables.followUps.values()].filter((row) => row.chatId === chatId && !row.withdrawn);
}

/** The user message is the first of its path. */
export function opensChat(tables: Tables, messageId: string): boolean {
  return tables.messages.get(messageId)?.parentId === null;
}

export function isAnswering(tables: Tables, messageId: string | null): boolean {
  const generation = messageId === null ? null : latestGeneration(tables, messageId);
  return generation !== null && isUnfinished(generation.state);
}

export function piecesOf(tables: Tables, generationId: string | undefined): Piece[] {
  return [...(tables.pieces.get(generationId ?? '')?.values() ?? [])];
}

export function keptText(tables: Tables, row: MessageRow, generationId: string) {
  const pieces = piecesOf(tables, generationId);
  return {
    text: joinPieces(row.text, 'text', pieces),
    reasoning: joinPieces(row.reasoning, 'reasoning', pieces),
    hasBegun: pieces.length > 0 || hasCalls(tables, generationId),
  };
}

export function dropChat(tables: Tables, chatId: string): void {
  tables.chats.delete(chatId);
  tables.children.delete(chatId);
  for (const row of tables.messages.values()) {
    if (row.chatId !== chatId) continue;
    tables.messages.delete(row.id);
    tables.children.delete(row.id);
    tables.latest.delete(row.id);
  }
  for (const row of tables.generations.values()) {
    if (row.chatId !== chatId) continue;
    tables.generations.delete(row.id);
    tables.unfinished.delete(row);
    tables.pieces.delete(row.id);
  }
  for (const call of tables.calls.values()) if (call.chatId === chatId) tables.calls.delete(call.id);
  for (const row of tables.followUps.values())
    if (row.chatId === chatId) tables.followUps.delete(row.messageId);
}

/** Whether this follow-up, the oldest of the chat, may be sent without being asked for. */
export function goesByItself(tables: Tables, { leafId }: ChatRow, held: HeldRow | undefined): boolean {
  if (leafId === null || tables.messages.get(leafId)?.compared) return false;
  return held?.behindId === leafId && latestGeneration(tables, leafId)?.state === 'done';
}
