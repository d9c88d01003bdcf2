import type { Answer } from './answer.ts';
import type { Params } from './directive.ts';
import { errorBody } from './refusal.ts';
import { frameOf } from './sse.ts';
import { sendSome, sendWords } from './words.ts';

/** RST discards what the reader has not taken yet: time for a reader on the same machine to take it. */
const readerMs = 30;

export async function resetBefore(answer: Answer): Promise<void> {
  answer.reset();
}

/** `k` words, then RST. */
export async function resetAfter(answer: Answer, params: Params): Promise<void> {
  await sendSome(answer, params);
  await answer.drained();
  await answer.sleep(readerMs);
  answer.reset();
}

/** `k` words, then the end without finish_reason and `[DONE]`; `abrupt=1` ends the connection inside the body. */
export async function cut(answer: Answer, params: Params): Promise<void> {
  await sendSome(answer, params);
  if (params.flag('abrupt')) answer.hangUp();
  else answer.end();
}

/** `k` words, then half an event and the end. */
export async function cutJson(answer: Answer, params: Params): Promise<void> {
  await sendSome(answer, params);
  answer.raw('data: {"id":"chatcmpl-cut","object":"chat.completion.chunk","choices":[{"index":0,"del');
  answer.end();
}

/** `k` words, then nothing on an open socket. */
export async function stall(answer: Answer, params: Params): Promise<void> {
  await sendSome(answer, params);
  await answer.silence();
}

/** The headers never come. */
export async function hang(answer: Answer): Promise<void> {
  await answer.silence();
}

/** `k` words, then a comment and an empty delta in turn for ever, every `every` ms (default 200); `empty=1` only empty deltas. */
export async function pings(answer: Answer, params: Params): Promise<void> {
  await sendWords(answer, params, params.number('k', 5));
  for (let at = 0; ; at++) {
    await answer.sleep(params.number('every', 200));
    if (at % 2 === 0 && !params.flag('empty')) answer.raw(': ping\n\n');
    else answer.choice({ index: 0, delta: { content: '' }, logprobs: null, finish_reason: null });
  }
}

/** `k` words, an event that is no JSON, then more words and a good end. */
export async function malformed(answer: Answer, params: Params): Promise<void> {
  await sendSome(answer, params);
  answer.raw('data: {"id":"chatcmpl-bad","choices":[{"index":0,"delta":{"content":"SECRET-PAYLOAD"}}\n\n');
  await sendSome(answer, params);
  answer.complete();
}

/** `k` words, then an error object with `code` (default 500) inside the 200 stream; `event=1` names the event. */
export async function errorInStream(answer: Answer, params: Params): Promise<void> {
  await sendSome(answer, params);
  const code = params.number('code', 500);
  const { error } = errorBody(code);
  answer.raw(`${params.flag('event') ? 'event: error\n' : ''}${frameOf({ error: { ...error, code } })}`);
  answer.end();
}
