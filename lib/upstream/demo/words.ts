import type { Answer } from './answer.ts';
import type { Params } from './directive.ts';

/** The text of `n` unstamped tokens: `w0 w1 …`, with `mark` as `w0:mark w1:mark …`. */
export function pacedText(n: number, mark = ''): string {
  return Array.from({ length: n }, (_, at) => word(at, mark)).join('');
}

function word(at: number, mark: string): string {
  return `${at === 0 ? '' : ' '}w${at}${mark === '' ? '' : `:${mark}`}`;
}

/** Microseconds of the monotonic clock, the same for all processes of one machine (`process.hrtime`). */
export function stampNow(): number {
  return Number(process.hrtime.bigint() / 1000n);
}

/**
 * Sends `count` words: the first after `f` ms, then one every `d` ms (default 20), each with `mark` in it and with
 * `stamp=1` the sending time as `w0@<µs>`. `hold=key` waits after `k` words (default 5) until a test releases the key.
 */
export async function sendWords(answer: Answer, params: Params, count: number): Promise<void> {
  const every = params.number('d', 20);
  const first = params.number('f', every);
  const hold = params.text('hold');
  const holdAt = Math.min(params.number('k', 5), count);
  const mark = params.text('mark');
  const stamped = params.flag('stamp');
  answer.head();
  for (let at = 0; at <= count; at++) {
    if (hold !== '' && at === holdAt) await answer.held(hold);
    if (at === count) return;
    await answer.sleep(at === 0 ? first : every);
    answer.delta(stamped ? `${word(at, mark)}@${stampNow()}` : word(at, mark));
  }
}

/** `k` words (default 5), the beginning of most faults in mid-answer. */
export async function sendSome(answer: Answer, params: Params): Promise<void> {
  await sendWords(answer, params, params.number('k', 5));
}
