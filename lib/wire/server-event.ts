import * as z from 'zod/mini';
import { batchSummary } from './batch.ts';
import { chatSummary, followUp, generation, id, message, modelInfo } from './chat.ts';
import { refusalCode } from './error-code.ts';
import { flow, flowPoint, race } from './flow.ts';
import { preset, toolset } from './tool.ts';

export const serverEvent = z.discriminatedUnion('type', [
  /** First answer to `hello`. `generations` are all unfinished ones of this person, in every chat. */
  z.object({
    type: z.literal('welcome'),
    protocol: z.number(),
    userId: z.string(),
    models: z.array(modelInfo),
    defaultModel: z.string(),
    chats: z.array(chatSummary),
    generations: z.array(generation),
  }),
  z.object({ type: z.literal('beat') }),
  z.object({ type: z.literal('models'), models: z.array(modelInfo), defaultModel: z.string() }),
  z.object({ type: z.literal('chat'), chat: chatSummary }),
  z.object({ type: z.literal('chat-gone'), chatId: id }),
  /**
   * The selected path, from just below the message `from` to its end, replaces what the client has there.
   * `from: null` begins at the root or, when `hasOlder`, at the oldest message of the last page.
   * `revision` counts the changes of a chat. Up to one's own: already known, ignore. More than own + 1, or a `from`
   * that one does not hold: something was missed, watch again.
   * `beside`: the answers that are shown side by side with the last message; all of them, or none.
   */
  z.object({
    type: z.literal('path'),
    chatId: id,
    revision: z.number(),
    from: z.nullable(id),
    hasOlder: z.boolean(),
    messages: z.array(message),
    beside: z.optional(z.array(message)),
    followUps: z.array(followUp),
    /** True for the answer to `watch`: it stands whatever revision the client has. */
    snapshot: z.boolean(),
  }),
  /** Answer to `watch` when the client's revision is the newest: only running answers follow. */
  z.object({ type: z.literal('current'), chatId: id, revision: z.number() }),
  z.object({
    type: z.literal('older'),
    requestId: id,
    chatId: id,
    messages: z.array(message),
    hasOlder: z.boolean(),
  }),
  z.object({ type: z.literal('follow-ups'), chatId: id, revision: z.number(), followUps: z.array(followUp) }),
  /**
   * To every connection of the person. An ending comes after all its text, and to those who watch the chat with its new
   * revision.
   */
  z.object({ type: z.literal('state'), generation, revision: z.nullable(z.number()) }),
  /**
   * `at` is the offset of `text` in the message, in UTF-16 units: append if it equals what one has, trim if one
   * has more, watch again if one has less. Deltas of messages outside the path one holds are ignored.
   */
  z.object({
    type: z.literal('delta'),
    generation: id,
    at: z.number(),
    text: z.string(),
    channel: z.optional(z.literal('reasoning')),
  }),
  /** `held`: the message waits as a follow-up. */
  z.object({ type: z.literal('ack'), requestId: id, held: z.optional(z.boolean()) }),
  z.object({
    type: z.literal('refused'),
    requestId: z.nullable(id),
    /** The chat of a refused `watch`. */
    chatId: z.optional(id),
    code: refusalCode,
    message: z.string(),
    retryAfterMs: z.nullable(z.number()),
  }),
  /** Calls open at the gate, the most there may be, and those that wait: everybody's. After the welcome and on change. */
  z.object({ type: z.literal('gate'), limit: z.number(), held: z.number(), waiting: z.number() }),
  /** Once a second to those who asked for it; the first one brings what was before, oldest first. */
  z.object({ type: z.literal('flow'), flow, past: z.optional(z.array(flowPoint)) }),
  /** The person's race, whenever it changes, and with the first `flow`; null when there is none. */
  z.object({ type: z.literal('race'), race: z.nullable(race) }),
  /** A batch of this person, while it moves and when it changes; see batch.ts. */
  z.object({ type: z.literal('batch'), batch: batchSummary }),
  z.object({ type: z.literal('batch-gone'), batchId: id }),
  /** After the welcome and on change. */
  z.object({ type: z.literal('tools'), toolsets: z.array(toolset), presets: z.array(preset) }),
  /** The server is going down: come back after `afterMs`. */
  z.object({ type: z.literal('bye'), afterMs: z.number() }),
]);

export type ServerEvent = z.infer<typeof serverEvent>;
export type ServerEventOf<T extends ServerEvent['type']> = Extract<ServerEvent, { type: T }>;

/** A frame of the server is a JSON array of events, applied in order. */
export const serverFrame = z.array(serverEvent);
