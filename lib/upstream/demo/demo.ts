import { demoMove } from './agent.ts';
import type { Answer } from './answer.ts';
import {
  codeText,
  connectText,
  greetingText,
  longText,
  mathText,
  quoteText,
  tableText,
  thoughtText,
} from './answers.ts';
import { sendCalls } from './calls.ts';
import { lastUserText } from './request.ts';
import { piecesOf } from './scripts-whole.ts';

export const demoModel = 'weir-demo';
export const demoThinkingModel = 'weir-demo-thinking';
export const demoEmbeddingModel = 'weir-demo-embedding';

const choices: ReadonlyArray<readonly [RegExp, string]> = [
  [
    /\b(connect|configure|set ?up|api[ _-]?keys?|base[ _-]?url|ollama|lm studio|vllm|openai_\w+)\b/i,
    connectText,
  ],
  [/\btables?\b/i, tableText],
  [/\b(formulas?|math|maths|equations?|latex)\b/i, mathText],
  [/\b(code|function|snippet)\b/i, codeText],
  [/\b(long (answer|text|reply|one)|essay|in detail|what is weir|explain weir)\b/i, longText],
  [/^\s*(hi|hello|hey|hallo|salut|hola|ciao|good (morning|afternoon|evening))\b.{0,20}$/is, greetingText],
];

export function demoText(prompt: string): string {
  if (prompt.trim() === '') return greetingText;
  return choices.find(([pattern]) => pattern.test(prompt))?.[1] ?? quoteText(prompt);
}

/** Streams the demo's answer, a word-ish piece every `everyMs` milliseconds. */
export async function playDemo(answer: Answer, everyMs: number): Promise<void> {
  answer.head();
  await answer.sleep(everyMs * 8);
  if (answer.request.model === demoThinkingModel)
    await send(answer, thoughtText, everyMs, 'reasoning_content');
  const move = demoMove(answer.request);
  const usual = () => demoText(lastUserText(answer.request.messages));
  await send(
    answer,
    move === null ? usual() : move.kind === 'say' ? move.text : move.say,
    everyMs,
    'content',
  );
  if (move?.kind === 'call') return sendCalls(answer, move.calls, everyMs);
  answer.complete();
}

async function send(answer: Answer, text: string, everyMs: number, field: 'content' | 'reasoning_content') {
  for (const piece of piecesOf(text)) {
    await answer.sleep(everyMs);
    answer.delta(piece, field);
  }
}
