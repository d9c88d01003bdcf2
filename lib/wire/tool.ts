import * as z from 'zod/mini';

export const toolLimits = {
  /** Calls that a model may make in one turn; what it asks beyond them is not made. */
  calls: 16,
  /** UTF-16 units of the arguments of one call, and of its result. */
  argumentLength: 16_000,
  resultLength: 16_000,
  /** UTF-16 units of all arguments of one turn, and of all results of one answer; each result has a few all the same. */
  turnLength: 64_000,
  answerLength: 256_000,
  leastResult: 500,
  /** Toolsets of one chat. */
  toolsets: 32,
  nameLength: 100,
  instructionsLength: 8_000,
  presetLength: 60,
} as const;

/** `asking`: a person has to allow it first. The last five are endings. */
export const callState = z.enum(['asking', 'running', 'done', 'failed', 'refused', 'stopped', 'timed-out']);
export type CallState = z.infer<typeof callState>;

export function isOver(state: CallState): boolean {
  return state !== 'asking' && state !== 'running';
}

const time = z.nullable(z.number()); // milliseconds since 1970, server clock

/** A call that the model made while it wrote a message. Calls are in the order in which they were made. */
export const toolCall = z.object({
  id: z.uuid(),
  /** Calls of one round were asked for together; from 0. */
  round: z.number(),
  /** Where in the text of the message it stands, in UTF-16 units. */
  at: z.number(),
  name: z.string(),
  /** For people. */
  title: z.string(),
  /** As the model wrote them: JSON, if it knows how. */
  arguments: z.string(),
  state: callState,
  /** What the model gets to read; null while there is none. */
  result: z.nullable(z.string()),
  changesThings: z.boolean(),
  /** Null while it waits for a person or for its turn. */
  startedAt: time,
  endedAt: time,
});
export type ToolCall = z.infer<typeof toolCall>;

/** Tools that are chosen together: one of ours, or all of a server. */
export const toolset = z.object({
  id: z.string(),
  title: z.string(),
  description: z.string(),
  /** `unknown`: nobody has asked the server yet. */
  state: z.enum(['ready', 'unknown', 'connecting', 'down']),
  /** A sentence, where it is down. */
  problem: z.nullable(z.string()),
  tools: z.array(z.object({ name: z.string(), description: z.string(), changesThings: z.boolean() })),
});
export type Toolset = z.infer<typeof toolset>;

const toolsetId = z.string().check(z.minLength(1), z.maxLength(toolLimits.nameLength));
export const toolsetIds = z.array(toolsetId).check(z.maxLength(toolLimits.toolsets));

/** What a new chat may begin with. */
export const equipment = z.object({
  tools: toolsetIds,
  /** Name of the preset it came from, for people. */
  preset: z.optional(z.string().check(z.maxLength(toolLimits.presetLength))),
  /** What the model is told before everything else. */
  instructions: z.optional(z.string().check(z.maxLength(toolLimits.instructionsLength))),
});
export type Equipment = z.infer<typeof equipment>;

export const preset = z.object({
  title: z.string(),
  hint: z.string(),
  instructions: z.string(),
  tools: z.array(z.string()),
  /** Words to begin with. */
  opener: z.string(),
});
export type Preset = z.infer<typeof preset>;
