import type { FailureCode } from '#lib/wire/error-code.ts';

/** A cause in as few words as a list has room for. */
export const failureName: Record<FailureCode, string> = {
  upstream_unreachable: 'not reachable',
  upstream_timeout: 'too slow to begin',
  upstream_stalled: 'fell silent',
  upstream_reset: 'connection dropped',
  upstream_truncated: 'cut off',
  upstream_malformed: 'not a valid answer',
  upstream_error: 'server error',
  upstream_overloaded: 'overloaded',
  upstream_rate_limited: 'too many requests (429)',
  upstream_quota: 'quota used up',
  upstream_auth: 'key refused',
  upstream_rejected: 'request rejected',
  context_too_long: 'chat too long',
  model_not_found: 'unknown model',
  queue_timeout: 'waited too long',
  answer_too_large: 'answer too large',
  answer_too_long: 'answer took too long',
  empty_answer: 'empty answer',
  server_stopped: 'Weir restarted',
  server_error: 'error in Weir',
};

/** `3 × too many requests (429), 1 × cut off` */
export function failureWords(failures: readonly { code: FailureCode; count: number }[]): string {
  return failures.map(({ code, count }) => `${count} × ${failureName[code]}`).join(', ');
}
