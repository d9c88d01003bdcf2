import type { ChatSummary } from '#lib/wire/chat.ts';
import type { Checkpoint, EndedGeneration, Orphan } from '../chat-store.ts';
import { isEquipped, isUnfinished, nobody, toOrphan } from '../rows.ts';
import { storable } from '../stored-text.ts';
import { endCalls } from './calls.ts';
import { summaryOf } from './path.ts';
import { keptText, opensChat, type Tables } from './tables.ts';

export function checkpoint(tables: Tables, owner: string, entries: readonly Checkpoint[]): void {
  for (const entry of entries) {
    const row = tables.generations.get(entry.generation);
    if (row?.owner !== owner || !isUnfinished(row.state)) continue;
    row.state = entry.startedAt === null ? 'queued' : 'running';
    row.attempts = entry.attempts;
    row.fallback = entry.fallback;
    row.startedAt = entry.startedAt;
    row.firstTokenAt = entry.firstTokenAt;
    const kept = tables.pieces.get(row.id) ?? new Map();
    for (const { channel, at, text } of entry.pieces) {
      kept.set(`${channel}:${at}`, { channel, at, text: storable(text) });
    }
    tables.pieces.set(row.id, kept);
  }
}

export function end(
  tables: Tables,
  owner: string,
  ended: EndedGeneration,
): { revision: number; chat: ChatSummary } | null {
  const row = tables.generations.get(ended.id);
  const message = tables.messages.get(row?.messageId ?? '');
  const chat = tables.chats.get(row?.chatId ?? '');
  if (!row || !message || !chat || row.owner !== owner || !isUnfinished(row.state)) return null;
  const { text, reasoning, ...fields } = ended;
  Object.assign(row, fields);
  message.text = storable(text);
  message.reasoning = storable(reasoning);
  tables.pieces.delete(row.id);
  tables.unfinished.delete(row);
  endCalls(tables, ended);
  if (chat.endedAt === null || ended.endedAt >= chat.endedAt) chat.ended = ended.state;
  chat.endedAt = Math.max(chat.endedAt ?? 0, ended.endedAt, chat.readAt + 1);
  chat.revision += 1;
  return chat.deletedAt === null ? { revision: chat.revision, chat: summaryOf(tables, chat) } : null;
}

export function unfinished(tables: Tables, owner: string, queuedBefore: number): string[] {
  return [...tables.unfinished]
    .filter((row) => row.owner === owner && row.queuedAt < queuedBefore)
    .map(({ id }) => id);
}

export function disown(tables: Tables, owner: string, ids: readonly string[]): void {
  for (const row of tables.unfinished) if (row.owner === owner && ids.includes(row.id)) row.owner = nobody;
}

export function adopt(
  tables: Tables,
  owner: string,
  now: number,
  options: { deadAfterMs: number; alone: boolean },
): Orphan[] {
  tables.beats.set(owner, now);
  const lives = (other: string) => now - (tables.beats.get(other) ?? -Infinity) < options.deadAfterMs;
  const orphans: Orphan[] = [];
  for (const row of tables.unfinished) {
    const message = tables.messages.get(row.messageId);
    if (row.owner === owner || !message?.parentId || (lives(row.owner) && !options.alone)) continue;
    row.owner = owner;
    const { parentId } = message;
    const chat = tables.chats.get(row.chatId);
    const equipped = row.kind === 'continue' || (chat !== undefined && isEquipped(chat));
    const own = { parentId, opensChat: opensChat(tables, parentId), equipped };
    const rest = { ...own, ...keptText(tables, message, row.id) };
    orphans.push(toOrphan(row, rest));
  }
  return orphans;
}
