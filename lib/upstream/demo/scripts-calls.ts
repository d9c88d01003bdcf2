import type { Answer } from './answer.ts';
import { type DemoCall, roundsOf, sendCalls } from './calls.ts';
import { type Params, withoutDirective } from './directive.ts';
import { lastUserText } from './request.ts';
import { piecesOf } from './scripts-whole.ts';

/**
 * Makes the calls that the prompt lists: a line each, `name {"arguments": "as JSON"}`; `say words` is text before them, and
 * a line `---` begins the next turn. After the last turn it quotes what the last tools said. `hold=key` waits before that.
 */
export async function call(answer: Answer, params: Params): Promise<void> {
  const { messages, toolNames } = answer.request;
  const every = params.number('d', 5);
  const turns = withoutDirective(lastUserText(messages)).split(/^---$/m);
  const done = roundsOf(messages);
  const lines = (turns[done.length] ?? '').split('\n').map((line) => line.trim());
  const calls = lines.filter((line) => line !== '' && !line.startsWith('say ')).map(callOf);
  for (const line of lines.filter((one) => one.startsWith('say '))) await say(answer, line.slice(4), every);
  if (calls.length > 0 && toolNames.length > 0) return sendCalls(answer, calls, every);
  const hold = params.text('hold');
  answer.head();
  if (hold !== '') await answer.held(hold);
  await say(answer, `The tools said: ${(done.at(-1) ?? ['nothing']).join(' | ')}`, every);
  answer.complete();
}

function callOf(line: string): DemoCall {
  const at = line.indexOf(' ');
  return at === -1
    ? { name: line, arguments: '{}' }
    : { name: line.slice(0, at), arguments: line.slice(at + 1) };
}

async function say(answer: Answer, text: string, everyMs: number): Promise<void> {
  for (const piece of piecesOf(text)) {
    await answer.sleep(everyMs);
    answer.delta(piece);
  }
}
