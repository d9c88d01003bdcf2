import type { FollowUpChange, PathChange } from '#lib/store/chat-store.ts';
import type { ChatSummary } from '#lib/wire/chat.ts';
import type { LiveGeneration } from './live-generation.ts';

/** What the people who own a chat get to see. Called in the tick of the change, in order; nothing here waits. */
export interface Publish {
  /** Anything but an ending. */
  state(generation: LiveGeneration): void;
  /** The ending, once it is stored. `stored` is null when another process ended it first or the chat is gone. */
  ended(generation: LiveGeneration, stored: { revision: number; chat: ChatSummary } | null): void;
  path(userId: string, change: PathChange, options?: { whole: boolean; hasOlder: boolean }): void;
  followUps(userId: string, change: FollowUpChange): void;
  chat(userId: string, chat: ChatSummary): void;
  gone(userId: string, chatId: string): void;
}
