import { type Generation, isEnding } from '#lib/wire/chat.ts';
import { isOver, type ToolCall } from '#lib/wire/tool.ts';

/**
 * What is told of a generation, with the calls that are known of it: one is told again only when it changes. With an
 * ending no call goes on.
 */
export function withCalls(told: Generation, known: Generation | null | undefined): Generation {
  const calls = merged(known?.calls, told.calls);
  if (calls === undefined) return told;
  if (!isEnding(told.state) || calls.every(({ state }) => isOver(state))) {
    return told.calls === calls ? told : { ...told, calls };
  }
  const stopped = { state: 'stopped' as const, endedAt: told.endedAt };
  return { ...told, calls: calls.map((call) => (isOver(call.state) ? call : { ...call, ...stopped })) };
}

function merged(known: ToolCall[] | undefined, told: ToolCall[] | undefined): ToolCall[] | undefined {
  if (known === undefined || told === undefined) return told ?? known;
  const news = new Map(told.map((call) => [call.id, call]));
  if (known.every(({ id }) => news.has(id))) return told;
  const own = new Set(known.map(({ id }) => id));
  return [...known.map((call) => news.get(call.id) ?? call), ...told.filter(({ id }) => !own.has(id))];
}
