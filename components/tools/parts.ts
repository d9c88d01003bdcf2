import type { ToolCall } from '#lib/wire/tool.ts';

/** A stretch of an answer: what it said, or what it called at one place. */
export type Part =
  | { readonly key: string; readonly text: string }
  | { readonly key: string; readonly calls: readonly ToolCall[] };

/** The text with the calls at their places. A call beyond the text that is here stands at its end. */
export function partsOf(text: string, calls: readonly ToolCall[]): Part[] {
  const parts: Part[] = [];
  let from = 0;
  for (const call of calls) {
    const at = Math.min(text.length, Math.max(from, call.at));
    if (text.slice(from, at).trim() !== '') parts.push({ key: `text ${from}`, text: text.slice(from, at) });
    from = at;
    const last = parts.at(-1);
    if (last !== undefined && 'calls' in last)
      parts[parts.length - 1] = { ...last, calls: [...last.calls, call] };
    else parts.push({ key: call.id, calls: [call] });
  }
  if (text.slice(from).trim() !== '') parts.push({ key: `text ${from}`, text: text.slice(from) });
  return parts;
}
