import type { Answer, Headers } from './answer.ts';
import type { Params } from './directive.ts';
import { type ErrorBody, errorBody, quotaBody, Refusal } from './refusal.ts';
import { paced } from './scripts-whole.ts';

const jsonHeaders = { 'content-type': 'application/json' } as const;
const htmlPage = '<!doctype html><html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>';

/** Answers with an error in OpenAI's shape. */
export function replyError(answer: Answer, status: number, body: ErrorBody, headers: Headers = {}): void {
  answer.reply(status, { ...jsonHeaders, ...headers }, JSON.stringify(body));
}

/**
 * `retryAfter` as `2`, `abc`, `date:2` (an HTTP date so many seconds from now), `date:-60`, `ms:1500` (the ms header),
 * `reset:6m0s` (no such header, but a limit that is used up until then).
 */
function retryHeaders(params: Params): Headers {
  const wish = params.text('retryAfter');
  const [, form, value = '0'] = /^(date|ms|reset):(.*)$/.exec(wish) ?? [];
  const hint: Headers =
    params.text('shouldRetry') === '' ? {} : { 'x-should-retry': params.text('shouldRetry') };
  if (wish === '') return hint;
  if (form === 'ms') return { ...hint, 'retry-after-ms': value };
  if (form === 'reset') {
    return { ...hint, 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': value };
  }
  if (form !== 'date') return { ...hint, 'retry-after': wish };
  return { ...hint, 'retry-after': new Date(Date.now() + Number(value) * 1000).toUTCString() };
}

/** `code` (default 500) and an error body; `html=1` a page of HTML, `endless=1` HTML that never ends; `retryAfter`. */
export async function status(answer: Answer, params: Params): Promise<void> {
  const code = params.number('code', 500);
  if (code < 200 || code > 599) throw new Refusal(400, `code=${code} is no final HTTP status.`);
  const body = params.flag('quota') ? quotaBody() : errorBody(code);
  const headers = retryHeaders(params);
  if (params.flag('endless')) return endlessHtml(answer, code);
  if (params.flag('html')) answer.reply(code, { ...headers, 'content-type': 'text/html' }, htmlPage);
  else replyError(answer, code, body, headers);
}

async function endlessHtml(answer: Answer, code: number): Promise<void> {
  answer.open(code, { 'content-type': 'text/html' });
  for (;;) {
    answer.raw(htmlPage.repeat(100));
    await answer.drained();
  }
}

/** 429 with `retryAfter` in any form; `quota=1` for the kind that no waiting mends. */
export async function rateLimited(answer: Answer, params: Params): Promise<void> {
  const body = params.flag('quota') ? quotaBody() : errorBody(429);
  replyError(answer, 429, body, retryHeaders(params));
}

/** 400 when `stream_options` is there, as older servers do; else a paced answer. */
export async function refuseUsage(answer: Answer, params: Params): Promise<void> {
  if (!answer.request.hasStreamOptions) return paced(answer, params);
  replyError(
    answer,
    400,
    errorBody(400, 'Unrecognized request argument supplied: stream_options', 'stream_options'),
  );
}

/** `code` (default 307) to the address `to`. */
export async function redirect(answer: Answer, params: Params): Promise<void> {
  const location = params.text('to', 'http://127.0.0.1:9/v1/chat/completions');
  answer.reply(params.number('code', 307), { location }, '');
}
