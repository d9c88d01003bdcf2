import type { Answer } from './answer.ts';
import type { Params } from './directive.ts';
import { doneFrame, frameOf } from './sse.ts';
import { pacedText, sendSome } from './words.ts';

/** `k` words, then any ending of the truth table: `finish=set|null|absent`, `done=0|1`. */
export async function terminator(answer: Answer, params: Params): Promise<void> {
  await sendSome(answer, params);
  const finish = params.text('finish', 'set');
  if (finish === 'set') answer.finish('stop');
  if (finish === 'null') answer.choice({ index: 0, delta: {}, finish_reason: null });
  if (finish === 'absent') answer.choice({ index: 0, delta: {} });
  if (params.text('done', '1') === '1') answer.done();
  answer.end();
}

export async function noDone(answer: Answer, params: Params): Promise<void> {
  await sendSome(answer, params);
  answer.finish('stop');
  answer.end();
}

export async function doneOnly(answer: Answer, params: Params): Promise<void> {
  await sendSome(answer, params);
  answer.done();
  answer.end();
}

/** A whole answer, then words that nobody should read, on a socket that stays open. */
export async function afterDone(answer: Answer, params: Params): Promise<void> {
  await sendSome(answer, params);
  answer.finish('stop');
  answer.done();
  const choices = [{ index: 0, delta: { content: 'AFTER-DONE' }, finish_reason: null }];
  answer.raw(frameOf({ object: 'chat.completion.chunk', choices }) + doneFrame);
  await answer.silence();
}

/** A plain JSON completion although a stream was asked for. */
export async function json(answer: Answer, params: Params): Promise<void> {
  const content = pacedText(params.number('n', 20), params.text('mark'));
  const choices = [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }];
  const body = {
    id: 'chatcmpl-json',
    object: 'chat.completion',
    created: 0,
    model: answer.request.model,
    choices,
  };
  answer.reply(200, { 'content-type': 'application/json' }, JSON.stringify(body), content);
}

/** 200 and a page of HTML: a captive portal, a proxy's login. */
export async function html(answer: Answer): Promise<void> {
  const page =
    '<!doctype html><html><head><title>Sign in</title></head><body>data: please sign in</body></html>';
  answer.reply(200, { 'content-type': 'text/html' }, page);
}

/** Shapes that no reader expects between good words; the text is the words alone. */
export async function odd(answer: Answer, params: Params): Promise<void> {
  const strange = [
    '{"choices":[]}',
    '{"choices":null}',
    '{"choices":[{"index":0,"delta":null,"finish_reason":null}]}',
    '{"choices":[{"index":3,"delta":{"content":"OTHER-INDEX"},"finish_reason":null}]}',
    '{"choices":[{"index":0,"delta":{"content":null,"role":"user"},"finish_reason":null}]}',
    '{"choices":[{"index":0,"delta":{"content":42},"finish_reason":null}]}',
    '{"choices":[{"index":0,"delta":{"__proto__":{"polluted":true},"constructor":{"x":1}},"finish_reason":null}]}',
    '{"__proto__":{"polluted":true},"choices":[{"index":"0","delta":{},"finish_reason":null}]}',
    '[]',
    'null',
    '7',
  ];
  await sendSome(answer, params);
  for (const payload of strange) answer.raw(`data: ${payload}\n\n`);
  answer.complete();
}
