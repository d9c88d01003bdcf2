import type { Turn } from '#lib/store/chat-store.ts';
import type { ModelTurn } from '#lib/upstream/model-request.ts';
import { answerTurns, endsInCalls } from './answer-turns.ts';
import type { LiveGeneration } from './live-generation.ts';

const GO_ON =
  'Your answer above was cut off. Go on exactly where it stops, in the middle of a word if need be. ' +
  'Do not repeat anything and do not comment on the interruption.';

/** What the model reads. A continued answer is shown to it as its own words, then it is asked to go on. */
export function prompt(generation: LiveGeneration, history: readonly Turn[], instructions = ''): ModelTurn[] {
  // An answer that never came to words would be an empty turn, which some upstreams reject.
  const before = history.filter(({ text, calls }) => text !== '' || calls !== undefined).flatMap(turnsOf);
  const told: ModelTurn[] = instructions === '' ? [] : [{ role: 'system', content: instructions }];
  const { all: calls } = generation.calls;
  // Of a first call there is nothing yet: what a failed try may have left is no part of it.
  const hasOwn = generation.kind === 'continue' || calls.length > 0;
  const soFar = hasOwn ? generation.text.toString() : '';
  const own = answerTurns(soFar, calls);
  const goesOn = own.length > 0 && !endsInCalls(soFar, calls);
  return [...told, ...before, ...own, ...(goesOn ? [{ role: 'user' as const, content: GO_ON }] : [])];
}

function turnsOf({ role, text, calls }: Turn): ModelTurn[] {
  return calls === undefined ? [{ role, content: text }] : answerTurns(text, calls);
}
