import { APIConnectionError, APIError } from 'openai';
import { complaintFailure, networkFailure, readComplaint } from './failures.ts';
import { UpstreamFailure } from './model.ts';
import { resetMs, retryAfterMs } from './retry-after.ts';

/**
 * The failure in what the SDK threw. What is none (a bug) is given back as it is.
 * @param said the whole body of a refusal, also where it has no OpenAI shape
 */
export function sdkFailure(error: unknown, said: string): unknown {
  if (error instanceof APIConnectionError) return sdkFailure(error.cause, said);
  if (error instanceof UpstreamFailure) return error;
  if (!(error instanceof APIError) || error.status === undefined) return networkFailure(error) ?? error;
  const headers: Pick<Headers, 'get'> = error.headers ?? new Headers();
  const now = Date.now();
  const hint = error.status === 429 ? resetMs(headers, now) : null;
  return complaintFailure(
    readComplaint(error.error, {
      status: error.status,
      text: said,
      retryAfterMs: retryAfterMs(headers, now) ?? hint,
      neverRetry: headers.get('x-should-retry') === 'false',
    }),
  );
}

/** Null when it was no refusal by status. */
export function refusedStatus(error: unknown): number | null {
  return error instanceof APIError ? (error.status ?? null) : null;
}
