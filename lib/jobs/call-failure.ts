import { GateRefusal } from '#lib/gate/gate.ts';
import { UpstreamFailure } from '#lib/upstream/model.ts';
import { type FailureCode, failureSentence, Refusal } from '#lib/wire/error-code.ts';

/** Why a call for a program failed, with the sentence that people get too. */
export class CallFailure extends Error {
  readonly code: FailureCode;
  /** Milliseconds after which trying again makes sense; null where nobody said. */
  readonly retryAfterMs: number | null;

  constructor(
    code: FailureCode,
    { retryAfterMs = null, cause }: { retryAfterMs?: number | null; cause?: unknown } = {},
  ) {
    super(failureSentence[code], { cause });
    this.name = 'CallFailure';
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}

/** What a program is told of an error of a call: a CallFailure or a Refusal. Anything else is given back as it is. */
export function toldOf(error: unknown): unknown {
  if (error instanceof UpstreamFailure) {
    return new CallFailure(error.code, { retryAfterMs: error.retryAfterMs, cause: error });
  }
  if (!(error instanceof GateRefusal)) return error;
  const { code, retryAfterMs }: GateRefusal = error;
  if (code === 'queue_timeout') return new CallFailure(code, { retryAfterMs, cause: error });
  return new Refusal(code, sentences[code], { retryAfterMs, cause: error });
}

export const sentences = {
  queue_full: 'Too many calls are waiting already; try again in a moment.',
  user_queue_full: 'Too many calls of yours are waiting already; let some of them finish.',
  draining: 'Weir is restarting; try again in a moment.',
} as const;
