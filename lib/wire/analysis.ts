import * as z from 'zod/mini';
import { finish, id } from './chat.ts';
import { failureCode } from './error-code.ts';

/*
 * `POST /api/analyses` with a newAnalyses, under the session's cookie, answers 200 with server-sent events, `data` one
 * analysisEvent each, or with a refusal `{error: {code, message}}` as everywhere under /api, before anything was asked. Whoever
 * closes the connection stops all of it. Nothing is kept: what has been sent is all there is.
 */

export const analysisLimits = {
  /** UTF-16 units of a text, pasted or of a chat with all its messages. */
  textLength: 200_000,
  questions: 8,
  questionLength: 2_000,
  /** Analyses of one person under way at once: two times all kinds and all questions. */
  atOnce: 22,
} as const;

export const analysisKind = z.enum(['summary', 'sentiment', 'facts']);
export type AnalysisKind = z.infer<typeof analysisKind>;

const question = z
  .string()
  .check(z.trim(), z.minLength(1, 'write a question'), z.maxLength(analysisLimits.questionLength));

export const newAnalyses = z
  .object({
    /** Exactly one of the two: a chat of one's own, as far as its selected path goes, or a text. */
    chatId: z.optional(id),
    text: z.optional(z.string()),
    model: z.string().check(z.minLength(1), z.maxLength(300)),
    /** Each once. */
    kinds: z.array(analysisKind).check(z.maxLength(analysisKind.options.length)),
    questions: z.array(question).check(z.maxLength(analysisLimits.questions)),
  })
  .check(
    z.refine(({ chatId, text }) => (chatId === undefined) !== (text === undefined), {
      error: 'give either a chatId or a text',
    }),
    z.refine(({ kinds, questions }) => kinds.length + questions.length > 0, {
      error: 'choose at least one analysis',
    }),
    z.refine(({ kinds }) => new Set(kinds).size === kinds.length, { error: 'each kind can be chosen once' }),
  );
export type NewAnalyses = z.infer<typeof newAnalyses>;

const count = z.number();
/** Which one: first the kinds, then the questions, in the order of the request, from 0. */
const analysis = count;

/**
 * `delta` goes to `at`, an offset in UTF-16 units; nothing is sent twice. `done` and `failed` are ends, one for each analysis;
 * a failed one keeps its text. `ms` is what it took from its permit to its end, retries included, `waitedMs` what it stood
 * in the queue before. `times` is the last event: `wholeMs` from the request to the end of the last, `slowestMs` the largest
 * `ms`.
 */
export const analysisEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('queued'), analysis }),
  z.object({ type: z.literal('started'), analysis }),
  z.object({ type: z.literal('retrying'), analysis, code: failureCode, inMs: count }),
  z.object({ type: z.literal('delta'), analysis, at: count, text: z.string() }),
  z.object({ type: z.literal('done'), analysis, finish, ms: count, waitedMs: count }),
  z.object({
    type: z.literal('failed'),
    analysis,
    code: z.string(),
    message: z.string(),
    ms: count,
    waitedMs: count,
  }),
  z.object({ type: z.literal('times'), count, wholeMs: count, slowestMs: count }),
]);
export type AnalysisEvent = z.infer<typeof analysisEvent>;
export type AnalysisTimes = Omit<Extract<AnalysisEvent, { type: 'times' }>, 'type'>;
