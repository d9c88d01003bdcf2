import { storable } from '../stored-text.ts';
import type { ToolStore } from '../tool-store.ts';
import { doneCalls, equipmentOf, keepCalls } from './calls.ts';
import { summaryOf } from './path.ts';
import { type Tables, visibleChat } from './tables.ts';

export function toolMethods(tables: Tables, atomically: <T>(work: () => T) => Promise<T>): ToolStore {
  return {
    equipment: (chatId, messageId) => atomically(() => equipmentOf(tables, chatId, messageId)),
    equip: (userId, chatId, tools) =>
      atomically(() => {
        const chat = visibleChat(tables, userId, chatId);
        chat.tools = tools.map(storable);
        return summaryOf(tables, chat);
      }),
    allow: (userId, chatId, tool) =>
      atomically(() => {
        const chat = visibleChat(tables, userId, chatId);
        chat.allowedTools = [...new Set([...chat.allowedTools, storable(tool)])];
      }),
    keepCalls: (owner, generationId, calls) =>
      atomically(() => keepCalls(tables, owner, generationId, calls)),
    doneCalls: (userId, chatId, names) => atomically(() => doneCalls(tables, userId, chatId, names)),
  };
}
