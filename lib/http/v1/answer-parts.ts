import type { ApiCalls } from '#lib/jobs/api-calls.ts';

type Sink = Parameters<ApiCalls['complete']>[1];
export type Ending = Awaited<ReturnType<ApiCalls['complete']>>;
type ToolCallDelta = Parameters<NonNullable<Sink['toolCall']>>[0];

/** OpenAI's delta of one choice, with reasoning in the field that other servers have for it. */
export interface Delta {
  role?: 'assistant';
  content?: string;
  reasoning_content?: string;
  tool_calls?: ToolCallPart[];
}

export interface ToolCallPart {
  index: number;
  id?: string;
  type?: 'function';
  function: { name?: string; arguments: string };
}

/** The pieces of one answer as deltas. Calls of tools get an id where the model server gave none. */
export function deltas(take: (delta: Delta) => void, newId: () => string): Sink {
  /** By index, whether the name has been told: some servers repeat it, some send it late. */
  const begun = new Map<number, boolean>();
  return {
    text: (content) => take({ content }),
    reasoning: (reasoning_content) => take({ reasoning_content }),
    toolCall(call) {
      const isNamed = begun.get(call.index);
      take({ tool_calls: [isNamed === undefined ? begins(call, newId) : goesOn(call, isNamed)] });
      begun.set(call.index, isNamed === true || call.name !== undefined);
    },
  };
}

function begins(
  { index, id, name = '', arguments: written = '' }: ToolCallDelta,
  newId: () => string,
): ToolCallPart {
  const called = { name, arguments: written };
  return { index, id: id ?? `call_${newId().replaceAll('-', '')}`, type: 'function', function: called };
}

function goesOn({ index, name, arguments: written = '' }: ToolCallDelta, isNamed: boolean): ToolCallPart {
  return { index, function: { ...(name === undefined || isNamed ? {} : { name }), arguments: written } };
}

/** Adds `next` to `so` where both say the same kind of thing, so that one delta stands for both. False where they do not. */
export function joined(so: Delta, next: Delta): boolean {
  if (so.content !== undefined && next.content !== undefined) {
    so.content += next.content;
    return true;
  }
  if (so.reasoning_content !== undefined && next.reasoning_content !== undefined) {
    so.reasoning_content += next.reasoning_content;
    return true;
  }
  const [call, more] = [so.tool_calls?.at(-1), next.tool_calls?.[0]];
  if (call === undefined || more === undefined) return false;
  if (call.index === more.index) goOn(call, more);
  else so.tool_calls?.push(more);
  return true;
}

export function goOn(call: ToolCallPart, { function: more }: ToolCallPart): void {
  call.function.arguments += more.arguments;
  if (more.name !== undefined) call.function.name = more.name;
}

/** The usage of several answers together: all of it was used. Null unless all of them know theirs. */
export function usageOf(endings: readonly Ending[]) {
  const known = endings.flatMap(({ usage }) => (usage === null ? [] : [usage]));
  if (known.length < endings.length || known.length === 0) return null;
  const prompt = known.reduce((sum, { tokensIn }) => sum + tokensIn, 0);
  const completion = known.reduce((sum, { tokensOut }) => sum + tokensOut, 0);
  return { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion };
}
