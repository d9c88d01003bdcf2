import { isOver } from '#lib/wire/tool.ts';
import type { EndedGeneration } from '../chat-store.ts';
import { isUnfinished } from '../rows.ts';
import { storable } from '../stored-text.ts';
import type { ChatEquipment, StoredCall } from '../tool-store.ts';
import type { Tables } from './tables.ts';

export interface CallRow extends StoredCall {
  chatId: string;
  messageId: string;
  generationId: string;
}

export function equipmentOf(tables: Tables, chatId: string, messageId: string): ChatEquipment {
  const chat = tables.chats.get(chatId);
  const { instructions = '', tools = [], allowedTools = [] } = chat ?? {};
  const allowed = isOnly(tables, messageId) ? allowedTools : [];
  return { instructions, tools, allowed, calls: callsOf(tables, messageId) };
}

/** Whether no other answer shares its question. */
function isOnly({ messages, children }: Tables, messageId: string): boolean {
  const parentId = messages.get(messageId)?.parentId ?? '';
  return (children.get(parentId)?.length ?? 0) < 2;
}

export function keepCalls(
  tables: Tables,
  owner: string,
  generationId: string,
  calls: readonly StoredCall[],
): boolean {
  const row = tables.generations.get(generationId);
  if (row?.owner !== owner || !isUnfinished(row.state)) return false;
  row.state = 'running';
  const { chatId, messageId } = row;
  for (const call of calls) {
    const result = call.result === null ? null : storable(call.result);
    const texts = { modelId: storable(call.modelId), name: storable(call.name), title: storable(call.title) };
    const own = { ...texts, arguments: storable(call.arguments), result };
    tables.calls.set(call.id, { ...call, ...own, chatId, messageId, generationId });
  }
  return true;
}

export function endCalls(tables: Tables, { id, text, endedAt }: EndedGeneration): void {
  for (const call of tables.calls.values()) {
    if (call.generationId !== id) continue;
    call.at = Math.min(call.at, text.length);
    if (!isOver(call.state)) Object.assign(call, { state: 'stopped', endedAt });
  }
}

/** In the order in which they were made. */
export function callsOf(tables: Tables, messageId: string): StoredCall[] {
  return [...tables.calls.values()]
    .filter((call) => call.messageId === messageId)
    .sort((a, b) => a.round - b.round || a.place - b.place)
    .map(bare);
}

export function hasCalls(tables: Tables, generationId: string): boolean {
  return [...tables.calls.values()].some((call) => call.generationId === generationId);
}

export function doneCalls(
  tables: Tables,
  userId: string,
  chatId: string,
  names: readonly string[],
): StoredCall[] {
  if (tables.chats.get(chatId)?.userId !== userId) return [];
  return [...tables.calls.values()]
    .filter((call) => call.chatId === chatId && call.state === 'done' && names.includes(call.name))
    .sort((a, b) => (a.endedAt ?? 0) - (b.endedAt ?? 0))
    .map(bare);
}

function bare({
  chatId: _chat,
  messageId: _message,
  generationId: _generation,
  ...call
}: CallRow): StoredCall {
  return call;
}
