import type {
  ChatSummary,
  Ending,
  Finish,
  FollowUp,
  Generation,
  GenerationState,
  Message,
} from '#lib/wire/chat.ts';
import type { FailureCode } from '#lib/wire/error-code.ts';
import type { Equipment } from '#lib/wire/tool.ts';
import { readAlso } from './also.ts';
import type { Orphan, Turn } from './chat-store.ts';
import { joinPieces, type Piece } from './pieces.ts';
import { storable } from './stored-text.ts';
import { type StoredCall, shownCall } from './tool-store.ts';

/** Rows as every implementation reads them; all times in milliseconds since 1970. */
export interface ChatRow {
  id: string;
  userId: string;
  title: string;
  titleSource: 'plain' | 'model' | 'person';
  model: string;
  leafId: string | null;
  revision: number;
  createdAt: number;
  updatedAt: number;
  readAt: number;
  /** Of the newest ending; always after a `readAt` that was there before it. */
  endedAt: number | null;
  ended: Ending['name'] | null;
  deletedAt: number | null;
  tools: string[];
  allowedTools: string[];
  instructions: string;
  preset: string | null;
}

export interface MessageRow {
  id: string;
  chatId: string;
  parentId: string | null;
  role: 'user' | 'assistant';
  text: string;
  reasoning: string;
  model: string | null;
  compared: boolean;
  createdAt: number;
}

/** Owner of a generation that no process makes. */
export const nobody = '';

export type RowState = 'queued' | 'running' | Ending['name'];

export interface GenerationRow {
  id: string;
  chatId: string;
  messageId: string;
  userId: string;
  kind: 'reply' | 'continue';
  model: string;
  state: RowState;
  owner: string;
  attempts: number;
  queuedAt: number;
  startedAt: number | null;
  firstTokenAt: number | null;
  endedAt: number | null;
  tokensIn: number | null;
  tokensOut: number | null;
  finish: Finish | null;
  code: FailureCode | null;
  fallback: string | null;
}

export interface FollowUpRow {
  messageId: string;
  text: string;
  model: string;
  createdAt: number;
  /** JSON, see `also.ts`. */
  also: string | null;
}

export function isUnfinished(state: RowState): boolean {
  return state === 'queued' || state === 'running';
}

/** @param answering an answer of the chat is queued or running */
export function toSummary(chat: ChatRow, answering: boolean): ChatSummary {
  return {
    id: chat.id,
    title: chat.title,
    model: chat.model,
    createdAt: chat.createdAt,
    updatedAt: chat.updatedAt,
    // Whoever stopped an answer knows.
    unread: chat.ended !== 'stopped' && chat.endedAt !== null && chat.endedAt > chat.readAt,
    ended: answering ? null : chat.ended,
    ...(chat.tools.length > 0 ? { tools: chat.tools } : {}),
    ...(chat.preset === null ? {} : { preset: chat.preset }),
  };
}

export function toFollowUp({ messageId, text, model, createdAt, also }: FollowUpRow): FollowUp {
  const models = readAlso(also).map((one) => one.model);
  return { messageId, text, model, createdAt, ...(models.length > 0 ? { also: models } : {}) };
}

/** A turn that called nothing looks as if there were no tools. */
export function withCalls(turn: Turn, calls: StoredCall[]): Turn {
  return calls.length === 0 ? turn : { ...turn, calls };
}

/** The columns of a new chat. */
export function equipmentToStore(equip: Equipment | undefined) {
  const { tools = [], instructions = '', preset } = equip ?? {};
  const name = preset === undefined ? null : storable(preset);
  return { tools: tools.map(storable), instructions: storable(instructions), preset: name };
}

/** Whether its answers begin with more than the messages. */
export function isEquipped({ tools, instructions }: Pick<ChatRow, 'tools' | 'instructions'>): boolean {
  return tools.length > 0 || instructions !== '';
}

/**
 * @param pieces checkpoints of the generation, when it is unfinished
 * @param calls what the message called, in order
 */
export function toMessage(
  row: MessageRow,
  siblings: string[],
  generation: GenerationRow | null,
  pieces: readonly Piece[],
  calls: readonly StoredCall[] = [],
): Message {
  return {
    id: row.id,
    parentId: row.parentId,
    role: row.role,
    text: joinPieces(row.text, 'text', pieces),
    reasoning: joinPieces(row.reasoning, 'reasoning', pieces),
    model: row.model,
    createdAt: row.createdAt,
    siblings,
    generation: generation && toGeneration(generation, pieces, calls),
  };
}

function toGeneration(
  row: GenerationRow,
  pieces: readonly Piece[],
  calls: readonly StoredCall[],
): Generation {
  const { id, chatId, messageId, model, attempts, queuedAt, startedAt, firstTokenAt, endedAt } = row;
  const { fallback, tokensIn, tokensOut } = row;
  const state = toState(row, pieces);
  const times = { queuedAt, startedAt, firstTokenAt, endedAt };
  const called = calls.length === 0 ? {} : { calls: calls.map(shownCall) };
  return {
    id,
    chatId,
    messageId,
    model,
    fallback,
    state,
    attempts,
    ...times,
    tokensIn,
    tokensOut,
    ...called,
  };
}

function toState(row: GenerationRow, pieces: readonly Piece[]): GenerationState {
  switch (row.state) {
    case 'queued':
      return { name: 'queued', position: null, etaMs: null };
    case 'running':
      return { name: runningName(pieces) };
    case 'done':
      return { name: 'done', finish: row.finish ?? 'stop' };
    case 'stopped':
      return { name: 'stopped' };
    default:
      return { name: row.state, code: row.code ?? 'server_error' };
  }
}

function runningName(pieces: readonly Piece[]): 'connecting' | 'thinking' | 'streaming' {
  if (pieces.some((piece) => piece.channel === 'text')) return 'streaming';
  return pieces.length > 0 ? 'thinking' : 'connecting';
}

/** An unfinished generation as its next owner gets it. */
export function toOrphan(
  row: GenerationRow,
  rest: Pick<Orphan, 'parentId' | 'opensChat' | 'text' | 'reasoning' | 'equipped' | 'hasBegun'>,
): Orphan {
  const { id, userId, chatId, messageId, model, kind } = row;
  const { queuedAt, attempts, fallback, startedAt, firstTokenAt } = row;
  const ids = { id, userId, chatId, messageId, model, kind };
  return { ...ids, queuedAt, attempts, fallback, startedAt, firstTokenAt, ...rest };
}
