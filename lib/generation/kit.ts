import type { ChatStore } from '#lib/store/chat-store.ts';
import type { ChatEquipment } from '#lib/store/tool-store.ts';
import type { Tool, Toolbox } from '#lib/tools/tool.ts';
import type { ModelSettings } from '#lib/upstream/model-request.ts';
import type { LiveGeneration } from './live-generation.ts';

/** What one answer has besides the messages. */
export interface Kit {
  readonly instructions: string;
  readonly tools: readonly Tool[];
  /** Names of tools that need not ask; grows when a person says so. */
  readonly allowed: Set<string>;
}

export interface KitPorts {
  store: Pick<ChatStore, 'equipment'>;
  toolbox: Toolbox;
}

const bare: Kit = { instructions: '', tools: [], allowed: new Set() };

/** Read once for an answer, before its first call. @throws what the store throws, or the signal's reason */
export async function openKit(generation: LiveGeneration, { store, toolbox }: KitPorts): Promise<Kit> {
  if (generation.kit !== null) return generation.kit;
  generation.kit = generation.isEquipped ? await fetched(generation, store, toolbox) : bare;
  return generation.kit;
}

async function fetched(generation: LiveGeneration, store: KitPorts['store'], toolbox: Toolbox): Promise<Kit> {
  const { chatId, messageId, signal } = generation;
  const { instructions, tools, allowed, calls }: ChatEquipment = await store.equipment(chatId, messageId);
  if (calls.length > 0) generation.calls.adopt(calls);
  const opened = tools.length === 0 ? [] : await toolbox.open(tools, signal);
  return { instructions, tools: opened, allowed: new Set(allowed) };
}

/** @param isLast no further round may follow: the model has to answer with what it knows */
export function toolSettings({ tools }: Kit, isLast: boolean): { settings?: ModelSettings } {
  if (tools.length === 0) return {};
  const described = tools.map(({ name, description, parameters }) => ({
    type: 'function',
    function: { name, description, parameters },
  }));
  return { settings: { tools: described, ...(isLast ? { tool_choice: 'none' } : {}) } };
}
