import type { StoredCall } from '#lib/store/tool-store.ts';
import type { ModelTurn } from '#lib/upstream/model-request.ts';

/** An answer as the turns in which the model made it: what it said, what it called, what came back, what it said then. */
export function answerTurns(text: string, calls: readonly StoredCall[]): ModelTurn[] {
  const turns: ModelTurn[] = [];
  let from = 0;
  for (const round of rounds(calls)) {
    const at = round[0]?.at ?? from;
    turns.push({
      role: 'assistant',
      content: said(text.slice(from, at)) || null,
      tool_calls: round.map(asked),
    });
    for (const call of round)
      turns.push({ role: 'tool', tool_call_id: call.modelId, content: outcome(call) });
    from = Math.max(from, at);
  }
  const rest = said(text.slice(from));
  return rest === '' ? turns : [...turns, { role: 'assistant', content: rest }];
}

/** Whether the model has the word: it called something, and has not said anything since. */
export function endsInCalls(text: string, calls: readonly StoredCall[]): boolean {
  const last = calls.at(-1);
  return last !== undefined && said(text.slice(last.at)) === '';
}

function rounds(calls: readonly StoredCall[]): StoredCall[][] {
  const byRound = new Map<number, StoredCall[]>();
  for (const call of calls) byRound.set(call.round, [...(byRound.get(call.round) ?? []), call]);
  return [...byRound.values()];
}

/** Without the space that stands between two rounds. */
const said = (text: string) => text.replace(/^\n+/, '');

function asked({ modelId, name, arguments: written }: StoredCall) {
  return { id: modelId, type: 'function', function: { name, arguments: readable(written) } };
}

/** Model servers refuse a history that holds no JSON here. The result says what was wrong with it. */
function readable(written: string): string {
  try {
    const value: unknown = JSON.parse(written);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? written : '{}';
  } catch {
    return '{}';
  }
}

function outcome({ state, result }: StoredCall): string {
  if (result !== null) return result;
  if (state !== 'stopped') return '';
  return (
    'The person stopped this call, or the server went down, before there was a result. ' +
    'It is not known whether it had any effect. Do not make it again unless you are asked to.'
  );
}
