import { gzipSync } from 'node:zlib';
import type { Answer } from './answer.ts';
import type { Params } from './directive.ts';
import { frameOf } from './sse.ts';
import { cutsOf, tortureOf } from './torture.ts';
import { sendSome } from './words.ts';

/**
 * UTF-8 and SSE at their worst, each piece a chunk of its own: every byte alone, or cut once at byte `at`, or in random
 * pieces of `seed`. `d` ms between the pieces (default none), `halves=1` half surrogates, `nul=1` a NUL in the text.
 */
export async function torture(answer: Answer, params: Params): Promise<void> {
  const { bytes, text } = tortureOf({ halves: params.flag('halves'), nul: params.flag('nul') });
  const at = params.text('at') === '' ? null : params.number('at', 0);
  const seed = params.text('seed') === '' ? null : params.number('seed', 1);
  const pause = params.number('d', 0);
  for (const part of cutsOf(bytes, at, seed)) {
    answer.raw(part);
    if (pause > 0) await answer.sleep(pause);
    else await answer.drained();
  }
  answer.raw('', text);
  answer.end(true);
}

/** One delta of `size` characters (default 5,000,000), then a good end; `hold=key` waits before that until it is released. */
export async function giant(answer: Answer, params: Params): Promise<void> {
  const size = params.number('size', 5_000_000);
  answer.delta('0123456789'.repeat(Math.ceil(size / 10)).slice(0, size));
  await answer.drained();
  if (params.text('hold') !== '') await answer.held(params.text('hold'));
  answer.complete();
}

/** `n` deltas of one character (default 50,000) as fast as the reader takes them. */
export async function flood(answer: Answer, params: Params): Promise<void> {
  const count = params.number('n', 50_000);
  for (let at = 0; at < count; at++) {
    answer.delta(String.fromCharCode(97 + (at % 26)));
    if (at % 100 === 99) await answer.drained();
  }
  answer.complete();
}

/** `k` words, then an event that never completes: one byte every `every` ms (default 200). */
export async function drip(answer: Answer, params: Params): Promise<void> {
  await sendSome(answer, params);
  answer.raw('data: {"choices":[{"index":0,"delta":{"content":"');
  for (;;) {
    await answer.sleep(params.number('every', 200));
    answer.raw('x');
  }
}

/** A gzip body of `size` MB of text (default 1,000) in a few hundred kB. */
export async function gzipBomb(answer: Answer, params: Params): Promise<void> {
  const event = frameOf({
    choices: [{ index: 0, delta: { content: '0'.repeat(1_000_000) }, finish_reason: null }],
  });
  const packed = gzipSync(event);
  const bomb = Buffer.concat(Array.from({ length: params.number('size', 1000) }, () => packed));
  answer.reply(200, { 'content-type': 'text/event-stream', 'content-encoding': 'gzip' }, bomb);
}
