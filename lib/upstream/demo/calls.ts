import type { Answer } from './answer.ts';
import type { ChatTurn } from './request.ts';

/** A call of a tool, as the demo makes it. */
export interface DemoCall {
  readonly name: string;
  /** JSON, or what a test wants to see in its place. */
  readonly arguments: string;
}

/** What the tools said since the person's last message, by round, oldest first. */
export function roundsOf(turns: readonly ChatTurn[]): string[][] {
  const rounds: string[][] = [];
  let isOpen = false;
  for (const { role, text } of turns.slice(turns.findLastIndex((turn) => turn.role === 'user') + 1)) {
    if (role !== 'tool') isOpen = false;
    else if (isOpen) rounds.at(-1)?.push(text);
    else {
      rounds.push([text]);
      isOpen = true;
    }
  }
  return rounds;
}

/** All of them in one turn, their arguments in two pieces each, and the end of the turn. */
export async function sendCalls(answer: Answer, calls: readonly DemoCall[], everyMs: number): Promise<void> {
  const whole = calls.map(({ name, arguments: args }, index) => ({
    index,
    id: `call_weir${Math.random().toString(36).slice(2, 10)}`,
    type: 'function',
    function: { name, arguments: args },
  }));
  if (!answer.request.stream) answer.choice({ message: { content: null, tool_calls: whole } });
  for (const call of whole) {
    const { name, arguments: args } = call.function;
    await answer.sleep(everyMs);
    const half = Math.ceil(args.length / 2);
    answer.choice(choiceOf({ ...call, function: { name, arguments: args.slice(0, half) } }));
    await answer.sleep(everyMs);
    answer.choice(choiceOf({ index: call.index, function: { arguments: args.slice(half) } }));
  }
  answer.complete('tool_calls');
}

function choiceOf(call: object): object {
  return { index: 0, delta: { tool_calls: [call] }, logprobs: null, finish_reason: null };
}
