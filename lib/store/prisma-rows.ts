import type { Finish } from '#lib/wire/chat.ts';
import type { FailureCode } from '#lib/wire/error-code.ts';
import type { Chat, Generation, Message, Prisma } from './prisma-client/client.ts';
import type { ChatRow, GenerationRow, MessageRow, RowState } from './rows.ts';

/** The client itself or one transaction of it. */
export type Db = Prisma.TransactionClient;

// The columns are plain text for the database; only this room writes them, so their unions are known here.

export function chatRow(chat: Chat): ChatRow {
  return {
    ...chat,
    titleSource: chat.titleSource as ChatRow['titleSource'],
    ended: chat.ended as ChatRow['ended'],
    createdAt: chat.createdAt.getTime(),
    updatedAt: chat.updatedAt.getTime(),
    readAt: chat.readAt.getTime(),
    endedAt: time(chat.endedAt),
    deletedAt: time(chat.deletedAt),
  };
}

export function messageRow(message: Omit<Message, 'seq'>): MessageRow {
  return { ...message, role: message.role as MessageRow['role'], createdAt: message.createdAt.getTime() };
}

export function generationRow(row: Omit<Generation, 'seq' | 'class' | 'request'>): GenerationRow {
  return {
    ...row,
    kind: row.kind as GenerationRow['kind'],
    state: row.state as RowState,
    finish: row.finish as Finish | null,
    code: row.code as FailureCode | null,
    queuedAt: row.queuedAt.getTime(),
    startedAt: time(row.startedAt),
    firstTokenAt: time(row.firstTokenAt),
    endedAt: time(row.endedAt),
  };
}

export function time(date: Date | null): number | null {
  return date === null ? null : date.getTime();
}

export function date(ms: number | null): Date | null {
  return ms === null ? null : new Date(ms);
}
