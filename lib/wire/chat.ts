import * as z from 'zod/mini';
import { failureCode } from './error-code.ts';
import { toolCall, toolsetIds } from './tool.ts';

export const id = z.uuid();
const time = z.number(); // milliseconds since 1970, server clock
const count = z.nullable(z.number());

export const finish = z.enum(['stop', 'length', 'content_filter', 'tool_calls']);
export type Finish = z.infer<typeof finish>;

/** What people see of an answer being made. One of these at a time; the last four are endings. */
export const generationState = z.discriminatedUnion('name', [
  /** `position` is 1 for the next to go; null until the gate knows. */
  z.object({ name: z.literal('queued'), position: count, etaMs: count }),
  z.object({ name: z.literal('connecting') }),
  z.object({ name: z.literal('thinking') }),
  z.object({ name: z.literal('streaming') }),
  /** Tools run that the model has called. */
  z.object({ name: z.literal('using-tools') }),
  /** A person has to allow a call first. */
  z.object({ name: z.literal('asking') }),
  /** `inMs` counts from the moment the event was sent. */
  z.object({ name: z.literal('retrying'), attempt: z.number(), inMs: z.number(), code: failureCode }),
  z.object({ name: z.literal('stopping') }),
  z.object({ name: z.literal('done'), finish }),
  z.object({ name: z.literal('stopped') }),
  /** Nothing of the answer exists. */
  z.object({ name: z.literal('failed'), code: failureCode }),
  /** The text so far is kept. */
  z.object({ name: z.literal('interrupted'), code: failureCode }),
]);
export type GenerationState = z.infer<typeof generationState>;
export type Ending = Extract<GenerationState, { name: 'done' | 'stopped' | 'failed' | 'interrupted' }>;

export function isEnding(state: GenerationState): state is Ending {
  return ['done', 'stopped', 'failed', 'interrupted'].includes(state.name);
}

export const generation = z.object({
  id,
  chatId: id,
  /** The assistant message it makes. */
  messageId: id,
  model: z.string(),
  /** The model that answers in its place, after `model` failed too often; null while that is not so. */
  fallback: z.nullable(z.string()),
  state: generationState,
  /** Upstream calls made so far. */
  attempts: z.number(),
  queuedAt: time,
  /** When the permit of the last attempt was granted. */
  startedAt: count,
  firstTokenAt: count,
  endedAt: count,
  tokensIn: count,
  tokensOut: count,
  /**
   * All calls of its message; left out while there are none. A `state` brings those that are new or changed, an ending all of
   * them, and both only where the chat is watched; the welcome brings none.
   */
  calls: z.optional(z.array(toolCall)),
});
export type Generation = z.infer<typeof generation>;

export const role = z.enum(['user', 'assistant']);

export const message = z.object({
  id,
  parentId: z.nullable(id),
  role,
  text: z.string(),
  reasoning: z.string(),
  model: z.nullable(z.string()),
  createdAt: time,
  /** Ids of all messages with the same parent, oldest first, this one included. */
  siblings: z.array(id),
  /** The latest generation of an assistant message. */
  generation: z.nullable(generation),
});
export type Message = z.infer<typeof message>;

/** A message of a person that waits until the answer before it is done. Ids become those of the sent message. */
export const followUp = z.object({
  messageId: id,
  text: z.string(),
  model: z.string(),
  createdAt: time,
  /** Models of the further answers that it asks for, to be shown side by side. */
  also: z.optional(z.array(z.string())),
});
export type FollowUp = z.infer<typeof followUp>;

export const chatSummary = z.object({
  id,
  title: z.string(),
  model: z.string(),
  createdAt: time,
  /** Last send; a late title does not move a chat. */
  updatedAt: time,
  /** An answer ended that nobody has looked at. */
  unread: z.boolean(),
  /** How the latest answer ended; null while it runs or when there is none. */
  ended: z.nullable(z.enum(['done', 'stopped', 'failed', 'interrupted'])),
  /** Ids of its toolsets; left out when there are none. */
  tools: z.optional(toolsetIds),
  /** Name of the preset it was begun with. */
  preset: z.optional(z.string()),
});
export type ChatSummary = z.infer<typeof chatSummary>;

export const modelInfo = z.object({
  /** `upstream/model`; also the name of the gate's lane. */
  id: z.string(),
  label: z.string(),
  upstream: z.string(),
  /** Answered by the demo upstream: no model at all. */
  demo: z.boolean(),
});
export type ModelInfo = z.infer<typeof modelInfo>;
