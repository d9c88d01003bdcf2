import * as z from 'zod/mini';

/** Refusals: the request changed nothing, and the typed text is still with the person. */
const refusals = [
  'bad_message',
  'unsupported_version',
  'unauthorized',
  'not_found',
  'conflict',
  'too_long',
  'unknown_model',
  'not_running',
  'queue_full',
  'user_queue_full',
  'too_many_requests',
  'draining',
  'storage_unavailable',
  'server_error',
] as const;

/** Failures: why an answer ended without being complete, or is being retried. */
const failures = [
  'upstream_unreachable',
  'upstream_timeout',
  'upstream_stalled',
  'upstream_reset',
  'upstream_truncated',
  'upstream_malformed',
  'upstream_error',
  'upstream_overloaded',
  'upstream_rate_limited',
  'upstream_quota',
  'upstream_auth',
  'upstream_rejected',
  'context_too_long',
  'model_not_found',
  'queue_timeout',
  'answer_too_large',
  'answer_too_long',
  'empty_answer',
  'server_stopped',
  'server_error',
] as const;

export const refusalCode = z.enum(refusals);
export const failureCode = z.enum(failures);
export type RefusalCode = z.infer<typeof refusalCode>;
export type FailureCode = z.infer<typeof failureCode>;

/**
 * An expected refusal that travels to the client as a `refused` event (or an HTTP error).
 * Anything that is not a Refusal is a bug and is answered with `server_error`.
 */
export class Refusal extends Error {
  readonly code: RefusalCode;
  /** Milliseconds after which trying again makes sense; null where it never will by itself. */
  readonly retryAfterMs: number | null;

  constructor(code: RefusalCode, message: string, options: { retryAfterMs?: number; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.name = 'Refusal';
    this.code = code;
    this.retryAfterMs = options.retryAfterMs ?? null;
  }
}

/** One sentence for people: what happened and what they can do. Never contains upstream text. */
export const failureSentence: Record<FailureCode, string> = {
  upstream_unreachable: 'The model server cannot be reached. Check that it is running, then retry.',
  upstream_timeout: 'The model did not begin to answer in time. Retry, or pick another model.',
  upstream_stalled: 'The model fell silent in the middle of the answer.',
  upstream_reset: 'The model server dropped the connection.',
  upstream_truncated: 'The answer was cut off before its end.',
  upstream_malformed: 'The model server sent something that is not a valid answer.',
  upstream_error: 'The model server had an error of its own. Retry in a moment.',
  upstream_overloaded: 'The model server is overloaded. Retry in a moment.',
  upstream_rate_limited: 'The model server asks us to slow down.',
  upstream_quota:
    'The quota of this model server is used up. Its owner has to raise it; retrying will not help.',
  upstream_auth: 'The model server refused our key. Whoever runs Weir has to check it.',
  upstream_rejected: 'The model server rejected this request.',
  context_too_long:
    'This chat is too long for the model. Start a new chat or pick a model with a larger context.',
  model_not_found: 'The model server does not know this model. Pick another one.',
  queue_timeout: 'It waited too long for a turn. Retry when less is going on.',
  answer_too_large: 'The answer grew past the size limit and was cut.',
  answer_too_long: 'The answer took longer than the time limit and was cut.',
  empty_answer: 'The model ended without saying anything. Retry, or rephrase.',
  server_stopped: 'Weir was restarted in the middle of this answer.',
  server_error: 'Weir had an error of its own. Retry; if it stays, tell whoever runs it.',
};
