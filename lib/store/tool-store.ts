import type { ChatSummary } from '#lib/wire/chat.ts';
import type { ToolCall } from '#lib/wire/tool.ts';

/** What chats have of tools, and the calls that were made in them. The promises of `ChatStore` hold here too. */
export interface ToolStore {
  /** What an answer begins with; empty for an unknown chat. `calls` are those of `messageId` so far, in order. */
  equipment(chatId: string, messageId: string): Promise<ChatEquipment>;

  /** The toolsets of the chat from the next answer on. @throws Refusal `not_found` */
  equip(userId: string, chatId: string, tools: readonly string[]): Promise<ChatSummary>;

  /** This tool need not ask again in this chat. @throws Refusal `not_found` */
  allow(userId: string, chatId: string, tool: string): Promise<void>;

  /**
   * Stores the calls as they are now, by id, all or none. False, and nothing is written, when `owner` does not make this
   * generation any more: then no call may be made. `end` stops whatever of them is not over.
   */
  keepCalls(owner: string, generationId: string, calls: readonly StoredCall[]): Promise<boolean>;

  /** The calls of these tools in a chat of this person that came to a result, oldest first. */
  doneCalls(userId: string, chatId: string, names: readonly string[]): Promise<StoredCall[]>;
}

export interface ChatEquipment {
  /** What the model is told before everything else; may be empty. */
  instructions: string;
  /** Ids of toolsets. */
  tools: readonly string[];
  /** Names of tools that need not ask; none where the message is answered more than once. */
  allowed: readonly string[];
  calls: readonly StoredCall[];
}

export interface StoredCall extends ToolCall {
  /** Its place in its round, from 0. */
  place: number;
  /** The id that the model knows it by. */
  modelId: string;
}

/** Without what only the model needs. */
export function shownCall({ place: _place, modelId: _modelId, ...call }: StoredCall): ToolCall {
  return call;
}
