import type { ChatSummary, Ending, Finish, FollowUp, Message } from '#lib/wire/chat.ts';
import type { AnotherReply } from '#lib/wire/client-message.ts';
import type { FailureCode } from '#lib/wire/error-code.ts';
import type { Equipment } from '#lib/wire/tool.ts';
import type { ComparisonStore } from './comparison-store.ts';
import type { StoredCall, ToolStore } from './tool-store.ts';

/**
 * Where chats live. Every method either does all it says in one transaction or throws and does nothing.
 *
 * Every method that names a chat also names the user, and the owner check is part of the query itself:
 * a foreign id behaves exactly like an unknown one (null, or a Refusal `not_found`).
 * When the database cannot be reached within a bounded wait they throw a Refusal `storage_unavailable`.
 */
export interface ChatStore extends ComparisonStore, ToolStore {
  /** Newest first; deleted ones are left out. */
  chats(userId: string): Promise<ChatSummary[]>;

  /**
   * The end of the selected path (at most `limits.pageSize` messages), or the page that ends just above `before`.
   * Texts of running answers are as of the last checkpoint. Null when there is no such chat (or `before`).
   */
  page(userId: string, chatId: string, before?: string): Promise<ChatPage | null>;

  /** The chat's revision without its messages; null when there is no such chat. */
  revision(userId: string, chatId: string): Promise<number | null>;

  /**
   * Stores what a send, regenerate or continue needs before any upstream call: messages, generation (`queued`,
   * owned by `owner`), the new selected leaf, chat if it is new (title from the first words).
   * Idempotent by the client's ids: the same request again gives `known` with the stored rows, whatever has
   * happened to them since.
   * `also` stores further answers to the same message, in the same transaction, all to be shown side by side; the first
   * one, or the answer that is asked again, is selected until `keep`.
   * `held`: the selected leaf is still being answered, or is being compared, so the message became a follow-up behind it (sends without
   * `replaces` only).
   * @throws Refusal `not_found` (chat deleted or foreign, message missing, a foreign id in use),
   *   `conflict` (same id, other content; regenerate or continue of something that is running or no answer),
   *   `user_queue_full` (twenty follow-ups are held in the chat).
   */
  begin(userId: string, request: BeginRequest, owner: string): Promise<Begun>;
  /** What `begin` would say if this request was stored before; null when it was not. @throws Refusal as `begin` */
  known(userId: string, request: BeginRequest): Promise<Known | null>;

  /** The selected path from its root down to and including `messageId`: what the model gets to read. */
  history(chatId: string, messageId: string): Promise<Turn[]>;

  /**
   * Keeps what has arrived since the last checkpoint, for all given generations at once, in one statement.
   * Rows that `owner` no longer owns, or that have ended, are left alone.
   */
  checkpoint(owner: string, entries: readonly Checkpoint[]): Promise<void>;

  /**
   * Writes text and ending in the same statement, stops its calls that are not over, guarded by "still running and mine" (compare-and-set), drops the
   * checkpoint pieces, and moves the chat's revision. Null when somebody else ended it first or the chat is gone; in a removed chat
   * it is written all the same, so that `restore` finds it.
   */
  end(owner: string, ended: EndedGeneration): Promise<{ revision: number; chat: ChatSummary } | null>;

  /**
   * Turns the oldest follow-up into a message below the chat's selected leaf, as `begin` does; those held behind the
   * same answer are behind its reply from now on. By itself only when it was held behind that leaf, and the leaf is
   * `done`; a person who names it by `messageId` sends it below any leaf that is not running.
   * Null when that is not so, there is none, or `messageId` is not the oldest (any more).
   */
  releaseFollowUp(
    userId: string,
    chatId: string,
    owner: string,
    messageId?: string,
  ): Promise<Extract<Begun, { outcome: 'begun' }> | null>;

  /** @throws Refusal `not_found` when it has been sent or withdrawn already. */
  editFollowUp(userId: string, chatId: string, messageId: string, text: string): Promise<FollowUpChange>;
  withdrawFollowUp(userId: string, chatId: string, messageId: string): Promise<FollowUpChange>;

  /** Selects the branch through `messageId` down to its newest leaf. @throws Refusal `not_found` */
  select(userId: string, chatId: string, messageId: string): Promise<ChatPage>;

  /** @throws Refusal `not_found` */
  rename(userId: string, chatId: string, title: string): Promise<ChatSummary>;
  /** A title made by the model: only replaces the plain one, never a person's. Null when it did not. */
  entitle(chatId: string, title: string): Promise<ChatSummary | null>;
  /** @throws Refusal `not_found` */
  markRead(userId: string, chatId: string): Promise<ChatSummary>;
  /** Hides the chat; `purge` removes it later. @throws Refusal `not_found` */
  remove(userId: string, chatId: string): Promise<void>;
  /** Undoes `remove`. @throws Refusal `not_found` when it was never there or is purged. */
  restore(userId: string, chatId: string): Promise<ChatSummary>;
  /** Removes chats hidden for longer than `olderThanMs`, with all they contain. */
  purge(olderThanMs: number): Promise<number>;

  /** Tells the database, in its own clock, that the process `owner` lives. */
  beat(owner: string): Promise<void>;
  /** The process says good-bye: whatever it still owns may be adopted at once. */
  leave(owner: string): Promise<void>;

  /**
   * Makes `owner` the owner of all unfinished generations whose process is dead: no beat for `deadAfterMs`, never
   * beaten, left, or (with `alone`, when no other process can be on this database) any other. Each is given to
   * one caller only. Texts include the checkpoint pieces.
   */
  adopt(owner: string, options: { deadAfterMs: number; alone: boolean }): Promise<Orphan[]>;

  /**
   * Unfinished generations of `owner`, queued more than `olderThanMs` ago. It may not know of them all: when the
   * answer of `begin`, `releaseFollowUp` or `adopt` got lost on its way, what they did is stored all the same.
   */
  unfinished(owner: string, olderThanMs: number): Promise<string[]>;
  /** Makes them nobody's, so that the next `adopt` gives them out; leaves alone what has ended or `owner` does not own. */
  disown(owner: string, ids: readonly string[]): Promise<void>;

  /** Chats whose oldest follow-up goes by itself: left behind when a process died in between. */
  chatsToRelease(): Promise<{ userId: string; chatId: string }[]>;

  /** @throws when the database does not answer */
  ping(): Promise<void>;
}

export interface ChatPage {
  chat: ChatSummary;
  revision: number;
  /** Root side first. */
  messages: Message[];
  hasOlder: boolean;
  /** Answers that are shown side by side with the selected leaf, oldest first; empty in pages further up. */
  beside: Message[];
  followUps: FollowUp[];
}

/** By ids of the client's: the message, the answer to it, the making of that. */
interface AskForAnswer {
  chatId: string;
  messageId: string;
  replyId: string;
  generationId: string;
  model: string;
  also?: AnotherReply[] | undefined;
}

export type BeginRequest =
  | (AskForAnswer & {
      kind: 'send';
      text: string;
      replaces?: string | undefined;
      /** Of a new chat only. */
      equip?: Equipment | undefined;
    })
  | (AskForAnswer & { kind: 'regenerate' })
  /** The new generation goes on where the text of answer `messageId` stands, with the same model. */
  | { kind: 'continue'; chatId: string; messageId: string; generationId: string };

/** One answer to be made, as the database has it. */
export interface StoredGeneration {
  id: string;
  userId: string;
  chatId: string;
  /** The assistant message that it writes. */
  messageId: string;
  /** The user message it answers. */
  parentId: string;
  /** That user message is the first of its path. */
  opensChat: boolean;
  model: string;
  kind: 'reply' | 'continue';
  queuedAt: number;
  attempts: number;
  /** Text that the message already has: `''`, or what a continue goes on from. Offsets count from its start. */
  text: string;
  reasoning: string;
  /** False: its chat has neither tools nor instructions, so `equipment` need not be asked. */
  equipped: boolean;
}

export type Begun =
  /** `also`: the further answers of a comparison. */
  | { outcome: 'begun'; generation: StoredGeneration; also: StoredGeneration[]; change: PathChange }
  | Known
  | { outcome: 'held'; change: FollowUpChange };

/** From an earlier attempt with the same ids. */
export interface Known {
  outcome: 'known';
  held: boolean;
}

/** See the `path` event. */
export interface PathChange {
  chat: ChatSummary;
  revision: number;
  from: string | null;
  messages: Message[];
  beside: Message[];
  followUps: FollowUp[];
}

export interface FollowUpChange {
  chat: ChatSummary;
  revision: number;
  followUps: FollowUp[];
}

export interface Turn {
  role: 'user' | 'assistant';
  text: string;
  /** Of an answer that called tools, in order. */
  calls?: StoredCall[];
}

export interface Checkpoint {
  generation: string;
  fallback: string | null;
  attempts: number;
  startedAt: number | null;
  firstTokenAt: number | null;
  /** What follows on the pieces kept before; `at` in UTF-16 units of the message. */
  pieces: { channel: 'text' | 'reasoning'; at: number; text: string }[];
}

export interface EndedGeneration {
  id: string;
  state: Ending['name'];
  finish: Finish | null;
  code: FailureCode | null;
  /** The model that answered in place of the one asked for. */
  fallback: string | null;
  /** The whole text of the message. */
  text: string;
  reasoning: string;
  attempts: number;
  startedAt: number | null;
  firstTokenAt: number | null;
  endedAt: number;
  tokensIn: number | null;
  tokensOut: number | null;
}

/** An unfinished generation of a dead process; `text` holds all that was kept of it. */
export interface Orphan extends StoredGeneration {
  /** The model that answers in place of `model`. */
  fallback: string | null;
  startedAt: number | null;
  firstTokenAt: number | null;
  /** True when text or reasoning has arrived that was not there when it was queued, or a tool was called. */
  hasBegun: boolean;
}
