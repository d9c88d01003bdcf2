import { Refusal, type RefusalCode } from '#lib/wire/error-code.ts';

/** What a failed request gets: JSON `{error: {code, message}}`, the message saying what to do. */
export interface Problem {
  status: 400 | 401 | 403 | 404 | 405 | 409 | 413 | 429 | 500 | 503;
  code: string;
  message: string;
  headers?: Record<string, string>;
}

const statuses: Record<RefusalCode, Problem['status']> = {
  bad_message: 400,
  unsupported_version: 400,
  unknown_model: 400,
  unauthorized: 401,
  not_found: 404,
  conflict: 409,
  not_running: 409,
  too_long: 413,
  queue_full: 429,
  user_queue_full: 429,
  too_many_requests: 429,
  draining: 503,
  storage_unavailable: 503,
  server_error: 500,
};

export const notFound: Problem = {
  status: 404,
  code: 'not_found',
  message: 'There is nothing at this address. Check the path.',
};

export const foreignOrigin: Problem = {
  status: 403,
  code: 'foreign_origin',
  message:
    'This request did not come from a page of this Weir. If you open Weir under another address, add it to WEIR_ORIGINS.',
};

export const tooLarge: Problem = {
  status: 413,
  code: 'too_long',
  message: 'The request body is too large. Send less.',
};

export const ownFault: Problem = {
  status: 500,
  code: 'server_error',
  message: 'Weir had an error of its own. Try again; if it stays, tell whoever runs it.',
};

export function methodNotAllowed(allow: string): Problem {
  const message = `This address answers only ${allow}.`;
  return { status: 405, code: 'method_not_allowed', message, headers: { Allow: allow } };
}

/** An expected refusal says its own sentence; of anything else nothing gets out. */
export function problemOf(error: unknown): Problem {
  if (!(error instanceof Refusal)) return ownFault;
  const status = statuses[error.code];
  const again = error.retryAfterMs ?? (status === 503 ? 5_000 : null);
  const headers: Record<string, string> =
    again === null ? {} : { 'Retry-After': String(Math.max(1, Math.ceil(again / 1000))) };
  return { status, code: error.code, message: error.message, headers };
}

export function problemBody({ code, message }: Problem): { error: { code: string; message: string } } {
  return { error: { code, message } };
}
