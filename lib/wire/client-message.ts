import * as z from 'zod/mini';
import { id } from './chat.ts';
import { raceLimits } from './flow.ts';
import { limits } from './protocol.ts';
import { equipment, toolsetIds } from './tool.ts';

const text = z.string().check(z.minLength(1), z.maxLength(limits.textLength));
const model = z.string().check(z.minLength(1), z.maxLength(300));
const offset = z.number().check(z.int(), z.nonnegative());
/** A further answer to the same message, by a model of its own. */
const anotherReply = z.object({ replyId: id, generationId: id, model });
export type AnotherReply = z.infer<typeof anotherReply>;
/** Ties an `ack` or a `refused` to the request. */
const request = { requestId: id, chatId: id };

export const clientMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('hello'), protocol: z.number() }),
  z.object({ type: z.literal('beat') }),
  /**
   * View a chat: answered with `path` (or `current` when `revision` is still the newest), then deltas.
   * `have` gives the offsets of running answers that the client already holds.
   */
  z.object({
    type: z.literal('watch'),
    chatId: id,
    revision: z.optional(offset),
    have: z.optional(
      z.array(z.object({ generation: id, text: offset, reasoning: offset })).check(z.maxLength(64)),
    ),
  }),
  z.object({ type: z.literal('unwatch'), chatId: id }),
  /** The page of the selected path that ends just above the message `before`. */
  z.object({ type: z.literal('older'), ...request, before: id }),
  /**
   * Ids are made by the client (UUIDv7); the same `messageId` again attaches to the first one.
   * An unknown `chatId` makes the chat. `replaces` edits: the new message becomes a sibling of that one.
   * Without it the message goes to the end of the selected path, behind a running answer as a follow-up.
   * `also`: further answers to it, all made at once and shown side by side until one is kept.
   */
  z.object({
    type: z.literal('send'),
    ...request,
    messageId: id,
    replyId: id,
    generationId: id,
    text,
    model,
    replaces: z.optional(id),
    also: z.optional(z.array(anotherReply).check(z.minLength(1), z.maxLength(limits.comparedAnswers - 1))),
    /** Of a new chat; ignored when there is one. */
    equip: z.optional(equipment),
  }),
  /**
   * A sibling of the answer `messageId`. With `also`, even an empty one, that answer, the new one and those are shown side by
   * side.
   */
  z.object({
    type: z.literal('regenerate'),
    ...request,
    messageId: id,
    replyId: id,
    generationId: id,
    model,
    also: z.optional(z.array(anotherReply).check(z.maxLength(limits.comparedAnswers - 2))),
  }),
  /** Ends a comparison: the chat goes on from the answer `messageId`, the others stay its siblings. */
  z.object({ type: z.literal('keep'), ...request, messageId: id }),
  /** Shows the answer `messageId` and its siblings, the newest of them, side by side. */
  z.object({ type: z.literal('compare'), ...request, messageId: id }),
  /** More text at the end of the answer `messageId`. */
  z.object({ type: z.literal('continue'), ...request, messageId: id, generationId: id }),
  z.object({ type: z.literal('stop'), ...request, generationId: id }),
  /** Select the branch that runs through `messageId`, down to its newest leaf. */
  z.object({ type: z.literal('select'), ...request, messageId: id }),
  z.object({ type: z.literal('edit-follow-up'), ...request, messageId: id, text }),
  z.object({ type: z.literal('withdraw-follow-up'), ...request, messageId: id }),
  /** Send this follow-up, the oldest, now; only while no answer runs. */
  z.object({ type: z.literal('release-follow-up'), ...request, messageId: id }),
  z.object({
    type: z.literal('rename'),
    ...request,
    title: z.string().check(z.trim(), z.minLength(1), z.maxLength(limits.titleLength)),
  }),
  z.object({ type: z.literal('delete'), ...request }),
  z.object({ type: z.literal('restore'), ...request }),
  z.object({ type: z.literal('read'), ...request }),
  /** Whether to be told of the flow once a second. */
  z.object({ type: z.literal('flow'), on: z.boolean() }),
  /** Stops every answer of this person, in every chat. */
  z.object({ type: z.literal('stop-all'), requestId: id }),
  /** One race per person at a time. */
  z.object({
    type: z.literal('race'),
    requestId: id,
    model,
    prompts: z
      .array(z.string().check(z.trim(), z.minLength(1), z.maxLength(raceLimits.promptLength)))
      .check(z.minLength(1), z.maxLength(raceLimits.prompts)),
  }),
  z.object({ type: z.literal('stop-race'), requestId: id }),
  /** The tools that the chat has from the next answer on. */
  z.object({ type: z.literal('equip'), ...request, tools: toolsetIds }),
  /** Whether a call that waits may be made; `chat`: this tool need not ask again in this chat. */
  z.object({
    type: z.literal('decide'),
    ...request,
    generationId: id,
    callId: id,
    verdict: z.enum(['allow', 'chat', 'refuse']),
  }),
  /** Look again for what is down; news comes as `tools`. */
  z.object({ type: z.literal('look-for-tools'), requestId: id }),
]);

export type ClientMessage = z.infer<typeof clientMessage>;
export type ClientMessageOf<T extends ClientMessage['type']> = Extract<ClientMessage, { type: T }>;
/** Messages that are answered with exactly one `ack` or `refused`. */
export type ClientRequest = Extract<ClientMessage, { requestId: string }>;
