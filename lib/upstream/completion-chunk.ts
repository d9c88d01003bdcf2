import type { Finish } from '#lib/wire/chat.ts';
import type { ModelEnding } from './model.ts';
import type { ToolCallDelta } from './model-request.ts';

/** Model servers send anything: every field is read as unknown, wrong kinds count as absent. */
export type Fields = Record<string, unknown>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The one choice that is ours: index 0, also as text or not given. */
export function ownChoice(choices: unknown): Fields | null {
  if (!Array.isArray(choices)) return null;
  return isOwn(choices[0]) ? choices[0] : (choices.find(isOwn) ?? null);
}

const ownIndexes: readonly unknown[] = [0, '0', undefined, null];

const isOwn = (choice: unknown): choice is Fields => isFields(choice) && ownIndexes.includes(choice.index);

/** What the person should read: content, or the model's refusal. */
export function textOf(delta: Fields): string {
  const { content } = delta;
  const text =
    typeof content === 'string' ? content : Array.isArray(content) ? content.map(partText).join('') : '';
  return text === '' && typeof delta.refusal === 'string' ? delta.refusal : text;
}

function partText(part: unknown): string {
  return isFields(part) && part.type === 'text' && typeof part.text === 'string' ? part.text : '';
}

/** DeepSeek's and vLLM's name for it, or OpenRouter's and Ollama's; those that send both say the same twice. */
export function reasoningOf(delta: Fields): string {
  const { reasoning_content: first, reasoning: second } = delta;
  if (typeof first === 'string' && first !== '') return first;
  return typeof second === 'string' ? second : '';
}

/** Empty where there is none, or nothing that can be read. Servers that send whole calls leave the index out. */
export function toolCallsOf({ tool_calls: calls }: Fields): ToolCallDelta[] {
  if (!Array.isArray(calls)) return [];
  const read = calls.flatMap((call: unknown, at) => (isFields(call) ? [toolCallOf(call, at)] : []));
  // A bare index says nothing.
  return read.filter((call) => Object.keys(call).length > 1);
}

function toolCallOf({ index, id, function: called }: Fields, at: number): ToolCallDelta {
  const { name, arguments: written } = isFields(called) ? called : {};
  const place = typeof index === 'number' && Number.isInteger(index) && index >= 0 ? index : at;
  return {
    index: place,
    ...(typeof id === 'string' && id !== '' ? { id } : {}),
    ...(typeof name === 'string' && name !== '' ? { name } : {}),
    ...argumentsOf(written),
  };
}

/** Some servers send the arguments as an object. */
function argumentsOf(written: unknown): Pick<ToolCallDelta, 'arguments'> {
  if (typeof written === 'string') return written === '' ? {} : { arguments: written };
  return isFields(written) ? { arguments: JSON.stringify(written) } : {};
}

const finishes = new Map<string, Finish>([
  ['length', 'length'],
  ['max_tokens', 'length'],
  ['content_filter', 'content_filter'],
  ['safety', 'content_filter'],
  ['tool_calls', 'tool_calls'],
  ['function_call', 'tool_calls'],
]);

/** Null while the answer goes on; `error` where a server ends a broken answer with that word. */
export function finishOf(choice: Fields): Finish | 'error' | null {
  const { finish_reason: reason } = choice;
  if (typeof reason !== 'string' || reason === '') return null;
  if (reason === 'error') return 'error';
  return finishes.get(reason.toLowerCase()) ?? 'stop';
}

export function usageOf(usage: unknown): ModelEnding['usage'] {
  if (!isFields(usage)) return null;
  const tokensIn = count(usage.prompt_tokens);
  const tokensOut = count(usage.completion_tokens);
  return tokensIn === null || tokensOut === null ? null : { tokensIn, tokensOut };
}

/** The largest number that the store keeps: beyond it, a count is a mistake. */
const mostTokens = 2_147_483_647;

function count(value: unknown): number | null {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) && number >= 0 && number <= mostTokens
    ? number
    : null;
}
