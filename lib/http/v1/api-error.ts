import { CallFailure } from '#lib/jobs/call-failure.ts';
import { type FailureCode, Refusal, type RefusalCode } from '#lib/wire/error-code.ts';

type Status = 400 | 401 | 403 | 404 | 405 | 409 | 413 | 429 | 500 | 502 | 503 | 504;

export interface ApiErrorFields {
  status: Status;
  /** OpenAI's class of it: `invalid_request_error`, `server_error`, … */
  type: string;
  code: string | null;
  param?: string | null;
  headers?: Readonly<Record<string, string>>;
  cause?: unknown;
}

/** An error in OpenAI's shape. Thrown anywhere below /v1 it becomes the answer; the message is for whoever calls. */
export class ApiError extends Error {
  readonly status: Status;
  readonly type: string;
  readonly code: string | null;
  readonly param: string | null;
  readonly headers: Readonly<Record<string, string>>;

  constructor(message: string, { status, type, code, param = null, headers = {}, cause }: ApiErrorFields) {
    super(message, { cause });
    this.name = 'ApiError';
    this.status = status;
    this.type = type;
    this.code = code;
    this.param = param;
    this.headers = headers;
  }

  get body() {
    const { message, type, param, code } = this;
    return { error: { message, type, param, code } };
  }
}

/** 400 for one parameter of the request, like `messages[0].role`. */
export function invalid(param: string | null, message: string, code: string | null = null): ApiError {
  return new ApiError(message, { status: 400, type: 'invalid_request_error', code, param });
}

export function notThere(method: string, path: string): ApiError {
  const message = `Invalid URL (${method} ${path})`;
  return new ApiError(message, { status: 404, type: 'invalid_request_error', code: null });
}

type Row = readonly [status: Status, type: string, code: string | null, param?: string | null];

const invalidType = 'invalid_request_error';
const refusals: Record<RefusalCode, Row> = {
  bad_message: [400, invalidType, null],
  unsupported_version: [400, invalidType, null],
  unauthorized: [401, invalidType, 'invalid_api_key'],
  not_found: [404, invalidType, null],
  conflict: [409, invalidType, null],
  not_running: [409, invalidType, null],
  too_long: [413, invalidType, 'request_too_large'],
  unknown_model: [404, invalidType, 'model_not_found', 'model'],
  queue_full: [429, 'requests', 'rate_limit_exceeded'],
  user_queue_full: [429, 'requests', 'rate_limit_exceeded'],
  too_many_requests: [429, 'requests', 'rate_limit_exceeded'],
  draining: [503, 'server_error', 'draining'],
  storage_unavailable: [503, 'server_error', 'storage_unavailable'],
  server_error: [500, 'server_error', null],
};

const failures: Record<FailureCode, Row> = {
  upstream_unreachable: [502, 'server_error', 'upstream_unreachable'],
  upstream_timeout: [504, 'server_error', 'upstream_timeout'],
  upstream_stalled: [504, 'server_error', 'upstream_stalled'],
  upstream_reset: [502, 'server_error', 'upstream_reset'],
  upstream_truncated: [502, 'server_error', 'upstream_truncated'],
  upstream_malformed: [502, 'server_error', 'upstream_malformed'],
  upstream_error: [502, 'server_error', 'upstream_error'],
  upstream_overloaded: [503, 'server_error', 'overloaded'],
  upstream_rate_limited: [429, 'requests', 'rate_limit_exceeded'],
  upstream_quota: [429, 'insufficient_quota', 'insufficient_quota'],
  upstream_auth: [502, 'server_error', 'upstream_auth'],
  upstream_rejected: [400, invalidType, 'upstream_rejected'],
  context_too_long: [400, invalidType, 'context_length_exceeded', 'messages'],
  model_not_found: [404, invalidType, 'model_not_found', 'model'],
  queue_timeout: [429, 'requests', 'rate_limit_exceeded'],
  answer_too_large: [502, 'server_error', 'answer_too_large'],
  answer_too_long: [504, 'server_error', 'answer_too_long'],
  empty_answer: [502, 'server_error', 'empty_answer'],
  server_stopped: [503, 'server_error', 'server_stopped'],
  server_error: [500, 'server_error', null],
};

/** No other try will mend these; the SDKs would make two more. */
const hopeless: readonly FailureCode[] = [
  'upstream_quota',
  'upstream_auth',
  'answer_too_large',
  'answer_too_long',
];
const usualRetryMs: Partial<Record<Status, number>> = { 429: 1_000, 503: 3_000 };

/** What is no expected error is a bug, and says nothing of itself. */
export function apiErrorOf(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof Refusal) return ofRow(refusals[error.code], error, error.retryAfterMs);
  if (error instanceof CallFailure) {
    const told = ofRow(failures[error.code], error, error.retryAfterMs);
    if (!hopeless.includes(error.code)) return told;
    const { message, status, type, code } = told;
    return new ApiError(message, {
      status,
      type,
      code,
      headers: { 'x-should-retry': 'false' },
      cause: error,
    });
  }
  const message = 'Weir had an error of its own. Try again; if it stays, tell whoever runs it.';
  return new ApiError(message, { status: 500, type: 'server_error', code: null, cause: error });
}

function ofRow([status, type, code, param]: Row, cause: Error, retryAfterMs: number | null): ApiError {
  const again = retryAfterMs ?? usualRetryMs[status];
  const headers = again === undefined ? {} : retryHeaders(again);
  return new ApiError(cause.message, { status, type, code, param: param ?? null, headers, cause });
}

function retryHeaders(ms: number): Record<string, string> {
  return { 'Retry-After': String(Math.max(1, Math.ceil(ms / 1000))) };
}
