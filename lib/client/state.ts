import type { ChatSummary, FollowUp, Generation, Message, ModelInfo } from '#lib/wire/chat.ts';
import type { AnotherReply, ClientRequest } from '#lib/wire/client-message.ts';
import type { RefusalCode } from '#lib/wire/error-code.ts';
import type { Flow, FlowPoint, Race } from '#lib/wire/flow.ts';
import type { ServerEventOf } from '#lib/wire/server-event.ts';
import type { Equipment, Preset, Toolset } from '#lib/wire/tool.ts';
import type { HeardBatches } from './batch-events.ts';

export interface Connection {
  /** `waiting`: tries again at `retryAt`; `stopped`: stays away until a person does something. */
  phase: 'connecting' | 'open' | 'waiting' | 'stopped';
  /** Milliseconds since 1970. */
  retryAt: number | null;
  /** A sentence for people. */
  reason: string | null;
  everOpen: boolean;
}

export interface ChatPath {
  phase: 'loading' | 'ready' | 'gone';
  revision: number;
  /** Root side first. The text of an answer that is being made is in `texts`, not here. */
  messages: Message[];
  /** Answers that are shown side by side with the last message. */
  beside: Message[];
  hasOlder: boolean;
  loadingOlder: boolean;
  followUps: FollowUp[];
  /** Whether the server keeps this path up to date; a path that is not live is only as new as its revision. */
  live: boolean;
}

/** The text so far of an answer that is being made; offsets of deltas count in it. */
export interface LiveText {
  chatId: string;
  generation: string;
  text: string;
  reasoning: string;
}

export interface RefusedPending {
  code: RefusalCode;
  message: string;
  retryAfterMs: number | null;
}

/** A request for an answer that the server has not confirmed. What is typed lives here until then. */
export interface Pending {
  requestId: string;
  chatId: string;
  kind: 'send' | 'regenerate' | 'continue';
  /** The person's message; for the other kinds the answer that is meant. */
  messageId: string;
  /** The message that will hold the answer; equals `messageId` for `continue`. */
  replyId: string;
  generationId: string;
  text?: string | undefined;
  model?: string | undefined;
  replaces?: string | undefined;
  /** Further answers, to be shown side by side; for `regenerate` with the answer that is meant, also where it is empty. */
  also?: AnotherReply[] | undefined;
  /** What the chat that it opens begins with. */
  equip?: Equipment | undefined;
  createdAt: number;
  /** The chat does not exist before this. */
  opensChat: boolean;
  /** Who wrote it, where known: never sent in somebody else's name. */
  userId: string | null;
  /** Was handed to a socket: it may have arrived, so it can only be sent again, not taken back. */
  sentOnce: boolean;
  /** Confirmed, but not seen in the path yet. */
  acked: boolean;
  held: boolean;
  refused?: RefusedPending | undefined;
}

/** Any other request; kept in memory until it is answered. */
export interface OpenRequest {
  message: Exclude<ClientRequest, { type: 'send' | 'regenerate' | 'continue' }>;
  /** The pending request that must be confirmed before this makes sense. */
  after: string | null;
}

/** Everybody's calls at the gate. */
export type GateTotals = Omit<ServerEventOf<'gate'>, 'type'>;

/** What was last told of the flow; kept when nobody looks any more. */
export interface FlowSight {
  now: Flow;
  /** When `now` arrived, milliseconds since 1970 on this machine's clock. */
  heardAt: number;
  /** Five minutes, a second apart, oldest first, `now` included. */
  points: readonly FlowPoint[];
}

export interface ClientState {
  connection: Connection;
  userId: string | null;
  models: ModelInfo[];
  defaultModel: string;
  chats: Record<string, ChatSummary>;
  chatsLoaded: boolean;
  /** All unfinished ones, and the finished ones of loaded paths. */
  generations: Record<string, Generation>;
  /** When a `retrying` generation tries again or a `queued` one may begin, milliseconds since 1970 on this machine's clock. */
  dueAt: Record<string, number>;
  paths: Record<string, ChatPath>;
  /** Chats that somebody looks at now. */
  watched: Record<string, true>;
  /** By message id; exactly the unfinished answers of loaded paths. */
  texts: Record<string, LiveText>;
  /** Paths that missed something: `missed` asks for what is new, `whole` for everything. */
  stale: Record<string, 'missed' | 'whole'>;
  outbox: Pending[];
  requests: OpenRequest[];
  /** Null before the first welcome. */
  gate: GateTotals | null;
  flow: FlowSight | null;
  /** `null`: there is none; `undefined`: not told yet. */
  race: Race | null | undefined;
  batches: HeardBatches;
  toolsets: readonly Toolset[];
  presets: readonly Preset[];
  /** What the next new chat begins with. */
  newEquipment: Equipment | null;
}

export const loadingPath: ChatPath = {
  phase: 'loading',
  revision: 0,
  messages: [],
  beside: [],
  hasOlder: false,
  loadingOlder: false,
  followUps: [],
  live: false,
};

export const initialState: ClientState = {
  connection: { phase: 'connecting', retryAt: null, reason: null, everOpen: false },
  userId: null,
  models: [],
  defaultModel: '',
  chats: {},
  chatsLoaded: false,
  generations: {},
  dueAt: {},
  paths: {},
  watched: {},
  texts: {},
  stale: {},
  outbox: [],
  requests: [],
  gate: null,
  flow: null,
  race: undefined,
  batches: {},
  toolsets: [],
  presets: [],
  newEquipment: null,
};

/** A copy without `key`; the same object when it is not there. */
export function without<T>(record: Record<string, T>, key: string): Record<string, T> {
  if (!(key in record)) return record;
  const { [key]: _dropped, ...rest } = record;
  return rest;
}

/** A copy of only the entries that `keep` wants; the same object when that is all of them. */
export function only<T>(
  record: Record<string, T>,
  keep: (value: T, key: string) => boolean,
): Record<string, T> {
  const entries = Object.entries(record);
  const kept = entries.filter(([key, value]) => keep(value, key));
  return kept.length === entries.length ? record : Object.fromEntries(kept);
}

export function withPath(state: ClientState, chatId: string, path: ChatPath): ClientState {
  return { ...state, paths: { ...state.paths, [chatId]: path } };
}

export function markStale(state: ClientState, chatId: string, how: 'missed' | 'whole'): ClientState {
  const known = state.stale[chatId];
  if (known === 'whole' || known === how) return state;
  return { ...state, stale: { ...state.stale, [chatId]: how } };
}
