import * as z from 'zod/mini';
import { id, message, role } from './chat.ts';

export const searchLimits = {
  /** UTF-16 units of what is looked for. */
  textLength: 400,
  /** Hits of one search. */
  hits: 50,
  usualHits: 20,
} as const;

/** A piece of a text; `hit` when it is one of the words that were looked for. Plain text, never markup. */
export const snippetPiece = z.object({ text: z.string(), hit: z.boolean() });
export type SnippetPiece = z.infer<typeof snippetPiece>;

export const searchHit = z.object({
  chatId: id,
  chatTitle: z.string(),
  messageId: id,
  role,
  /** Milliseconds since 1970. */
  createdAt: z.number(),
  snippet: z.array(snippetPiece),
  /** Why it is found. */
  why: z.array(z.enum(['words', 'meaning'])),
});
export type SearchHit = z.infer<typeof searchHit>;

/**
 * Whether a search looks for the meaning too: `on`; `off` without an embedding model; `unsupported` where the database cannot
 * keep vectors; `late` and `failed` when the model did not make a vector of the question this time.
 */
export const meaningState = z.enum(['on', 'off', 'unsupported', 'late', 'failed']);
export type MeaningState = z.infer<typeof meaningState>;

/** The answer to `GET /api/search?q=&limit=`; best first. Without a `q` there are no hits. */
export const searchAnswer = z.object({
  hits: z.array(searchHit),
  meaning: meaningState,
  /** One's messages with a text, and those of them that are found by their meaning. */
  index: z.object({ total: z.number(), done: z.number() }),
});
export type SearchAnswer = z.infer<typeof searchAnswer>;

/**
 * The answer to `GET /api/search/part`: a part of the selected path of a chat, with the message that was asked for in it.
 * `selected` is false, and there are no messages, when it is on another branch.
 */
export const chatPart = z.object({
  selected: z.boolean(),
  messages: z.array(message),
  hasOlder: z.boolean(),
  hasNewer: z.boolean(),
});
export type ChatPart = z.infer<typeof chatPart>;
