import type { Context } from 'hono';
import { Refusal } from '#lib/wire/error-code.ts';
import { ownFault, problemOf } from './problem.ts';

/** An error as OpenAI's API tells it. */
export class OpenaiError extends Error {
  readonly status: 400 | 401 | 404 | 413 | 429 | 500 | 503;
  readonly param: string | null;
  readonly code: string | null;

  constructor(
    status: OpenaiError['status'],
    message: string,
    { param = null, code = null }: { param?: string | null; code?: string | null } = {},
  ) {
    super(message);
    this.name = 'OpenaiError';
    this.status = status;
    this.param = param;
    this.code = code;
  }
}

/** The answer to a request that failed; of what is our own fault nothing gets out. */
export function openaiProblem(c: Context, error: unknown): Response {
  if (error instanceof OpenaiError) {
    const { status, message, param, code } = error;
    return c.json(bodyOf(status, message, param, code), status);
  }
  const { status, code, message, headers } = error instanceof Refusal ? problemOf(error) : ownFault;
  return c.json(bodyOf(status, message, null, code), status, headers);
}

function bodyOf(status: number, message: string, param: string | null, code: string | null) {
  const type = status === 429 ? 'rate_limit_error' : status >= 500 ? 'server_error' : 'invalid_request_error';
  return { error: { message, type, param, code } };
}
