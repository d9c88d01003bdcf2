import type { Answer, TextField } from './answer.ts';
import type { Params } from './directive.ts';
import { withoutDirective } from './directive.ts';
import { lastUserText } from './request.ts';
import { sendWords } from './words.ts';

/** Word-ish pieces that join to the whole text; no piece ends inside a character. */
export function piecesOf(text: string): string[] {
  return text.match(/\s*\S{1,16}|\s+$/gu) ?? [];
}

/** `n` words (default 20) at the pace of `f` and `d`. */
export async function paced(answer: Answer, params: Params): Promise<void> {
  await sendWords(answer, params, params.number('n', 20));
  answer.complete();
}

/** The user's last message without its directive, `d` ms (default 5) a piece. */
export async function echo(answer: Answer, params: Params): Promise<void> {
  answer.head();
  for (const piece of piecesOf(withoutDirective(lastUserText(answer.request.messages)))) {
    await answer.sleep(params.number('d', 5));
    answer.delta(piece);
  }
  answer.complete();
}

/** `k` thoughts (default 5) in `field=reasoning_content|reasoning`, then `n` words. */
export async function reasoning(answer: Answer, params: Params): Promise<void> {
  const field: TextField = params.text('field') === 'reasoning' ? 'reasoning' : 'reasoning_content';
  answer.head();
  for (let at = 0; at < params.number('k', 5); at++) {
    await answer.sleep(params.number('d', 20));
    answer.delta(`${at === 0 ? '' : ' '}r${at}`, field);
  }
  await paced(answer, params);
}

export async function length(answer: Answer, params: Params): Promise<void> {
  await sendWords(answer, params, params.number('n', 20));
  answer.complete('length');
}

export async function contentFilter(answer: Answer, params: Params): Promise<void> {
  await sendWords(answer, params, params.number('n', 5));
  answer.complete('content_filter');
}

/** The model's own refusal, in the field that OpenAI gives it; no content. */
export async function refusal(answer: Answer, params: Params): Promise<void> {
  for (const piece of piecesOf("I'm sorry, I can't help with that.")) {
    await answer.sleep(params.number('d', 20));
    answer.delta(piece, 'refusal');
  }
  answer.complete();
}

/** Ends well and says nothing. */
export async function empty(answer: Answer, params: Params): Promise<void> {
  await answer.sleep(params.number('f', 20));
  answer.complete();
}

interface ToolCall {
  readonly index: number;
  readonly id: string;
  readonly name: string;
  readonly argumentText: string;
}

function toolCalls(names: readonly string[]): readonly ToolCall[] {
  const [first = 'get_weather', second = first] = names;
  return [
    { index: 0, id: 'call_weir0', name: first, argumentText: '{"city":"Paris"}' },
    { index: 1, id: 'call_weir1', name: second, argumentText: '{"city":"Oslo"}' },
  ];
}

const partsOf = (text: string) => text.match(/.{1,5}/gsu) ?? [];

function toolChoice(tool: object): object {
  return { index: 0, delta: { tool_calls: [tool] }, logprobs: null, finish_reason: null };
}

/** `n` tool calls at once (one or, by default, two), their arguments interleaved; after tool results a text that quotes them. */
export async function tools(answer: Answer, params: Params): Promise<void> {
  const every = params.number('d', 20);
  const results = answer.request.messages.filter((turn) => turn.role === 'tool').map((turn) => turn.text);
  if (results.length > 0) {
    answer.delta(`The tools answered: ${results.join(' | ')}`);
    return answer.complete();
  }
  const calls = toolCalls(answer.request.toolNames).slice(0, params.number('n', 2));
  if (!answer.request.stream) answer.choice({ message: { content: null, tool_calls: calls.map(wholeTool) } });
  for (const { index, id, name } of calls) {
    await answer.sleep(every);
    answer.choice(toolChoice({ index, id, type: 'function', function: { name, arguments: '' } }));
  }
  const parts = calls.map((call) => partsOf(call.argumentText));
  for (let at = 0; at < Math.max(...parts.map((list) => list.length)); at++) {
    for (const [index, list] of parts.entries()) {
      await answer.sleep(every);
      answer.choice(toolChoice({ index, function: { arguments: list[at] ?? '' } }));
    }
  }
  answer.complete('tool_calls');
}

function wholeTool({ id, name, argumentText }: ToolCall): object {
  return { id, type: 'function', function: { name, arguments: argumentText } };
}
