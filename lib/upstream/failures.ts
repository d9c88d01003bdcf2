import type { FailureCode } from '#lib/wire/error-code.ts';
import { UpstreamFailure } from './model.ts';

/** What is known of an error that the upstream told us, as a status, in a body or inside the stream. */
export interface Complaint {
  /** HTTP status; null inside a stream that does not say. */
  status: number | null;
  /** `error.code`, `error.type` and the whole text of it: read for what they mean, never shown or logged. */
  code: string;
  type: string;
  text: string;
  retryAfterMs: number | null;
  /** The header `x-should-retry: false`. */
  neverRetry: boolean;
}

const tooLong =
  /context[ _-]?(length|window|size)|maximum context|n_ctx|prompt is too long|too many tokens|input is too long/i;
const unknownModel =
  /model[ _](is )?not[ _](found|exist)|model .{0,120}(does not exist|not found|not loaded)|unknown model/i;
const noQuota = /insufficient[ _](quota|balance|credits?|funds)|billing|quota_exceeded|payment/i;
const overload = /overloaded|capacity/i;

/** Every failure has one code; messages and causes carry no key, no address and no word of the upstream's text. */
export function complaintFailure(complaint: Complaint): UpstreamFailure {
  const [code, retryable] = verdict(complaint);
  return new UpstreamFailure(code, {
    retryable: retryable && !complaint.neverRetry,
    retryAfterMs: complaint.retryAfterMs,
    message: `${code} (${described(complaint)})`,
  });
}

type Verdict = readonly [FailureCode, boolean];

function verdict(complaint: Complaint): Verdict {
  const { status, text } = complaint;
  const name = `${complaint.code} ${complaint.type}`;
  if (status === null) return named(name, text);
  if (status === 401 || status === 403) return ['upstream_auth', false];
  if (status === 402) return ['upstream_quota', false];
  if (status === 404) return ['model_not_found', false];
  if (status === 413) return ['context_too_long', false];
  if (status === 429) return limited(complaint, name);
  if (status === 503 || status === 529) return ['upstream_overloaded', true];
  if (status === 408 || status === 409) return ['upstream_error', true];
  if (status >= 500) return tooLong.test(text) ? ['context_too_long', false] : ['upstream_error', true];
  if (tooLong.test(name) || tooLong.test(text)) return ['context_too_long', false];
  if (unknownModel.test(name) || unknownModel.test(text)) return ['model_not_found', false];
  return ['upstream_rejected', false];
}

function limited({ text, neverRetry, retryAfterMs }: Complaint, name: string): Verdict {
  // Some speak of billing in every 429; one that says when to come back is not about money.
  const spent = noQuota.test(name) || (retryAfterMs === null && noQuota.test(text));
  return spent || neverRetry ? ['upstream_quota', false] : ['upstream_rate_limited', true];
}

/** Inside a stream there is often only a name or a sentence. */
function named(name: string, text: string): Verdict {
  if (noQuota.test(name)) return ['upstream_quota', false];
  if (/rate_?limit|too_many_requests/i.test(name)) return ['upstream_rate_limited', true];
  if (overload.test(name)) return ['upstream_overloaded', true];
  if (/api_key|authentication|permission/i.test(name)) return ['upstream_auth', false];
  if (tooLong.test(name) || tooLong.test(text)) return ['context_too_long', false];
  if (unknownModel.test(name)) return ['model_not_found', false];
  if (/invalid_request|bad_request/i.test(name)) return ['upstream_rejected', false];
  return ['upstream_error', true];
}

function described({ status, code }: Complaint): string {
  const word = /^[a-z]+(_[a-z]+)*$/i.test(code) && code.length <= 40 ? code : null;
  const parts = [status === null ? 'told in the stream' : `HTTP ${status}`, word];
  return parts.filter((part) => part !== null).join(', ');
}

/** The complaint in an error object of OpenAI's shape, or in whatever came instead. */
export function readComplaint(error: unknown, known: Partial<Complaint> = {}): Complaint {
  const fields = typeof error === 'object' && error !== null ? (error as Record<string, unknown>) : {};
  const code = word(fields.code);
  return {
    status: /^[1-5]\d\d$/.test(code) ? Number(code) : null,
    code,
    type: word(fields.type),
    text: typeof error === 'string' ? error : word(fields.message),
    retryAfterMs: null,
    neverRetry: false,
    ...known,
  };
}

const word = (value: unknown) =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';

const unreachable =
  /^(ECONNREFUSED|ENOTFOUND|EAI_\w+|EHOSTUNREACH|EHOSTDOWN|ENETUNREACH|ENETDOWN|EADDRNOTAVAIL|ETIMEDOUT|EACCES|EPERM|E[MN]FILE|UND_ERR_(CONNECT_TIMEOUT|CLOSED|DESTROYED))$/;
const distrusted = /CERT|SELF_SIGNED|ISSUER|^ERR_(TLS|SSL)|UNABLE_TO_VERIFY|^EPROTO$/;
const dropped = /^(ECONNRESET|ECONNABORTED|EPIPE|UND_ERR_(SOCKET|INFO|ABORTED|RES_CONTENT_LENGTH_MISMATCH))$/;
const garbled = /^(HPE_|UND_ERR_(HEADERS_OVERFLOW|RES_EXCEEDED_MAX_SIZE|RESPONSE))/;

/** Null when the error is not the network's: then it is a bug, and should look like one. */
export function networkFailure(error: unknown): UpstreamFailure | null {
  if (!(error instanceof Error)) return null;
  // undici's parser names its errors and leaves out the code where llhttp has none.
  const code = error.name === 'HTTPParserError' ? 'HPE_ERROR' : 'code' in error ? word(error.code) : '';
  const of = (name: FailureCode, retryable: boolean) =>
    new UpstreamFailure(name, { retryable, message: `${name} (${code})` });
  if (unreachable.test(code)) return of('upstream_unreachable', true);
  if (dropped.test(code)) return of('upstream_reset', true);
  if (garbled.test(code)) return of('upstream_malformed', false);
  if (distrusted.test(code)) return of('upstream_unreachable', false);
  return null;
}
