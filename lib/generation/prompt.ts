import type { ModelTurn } from '#lib/upstream/model-request.ts';
import type { LiveGeneration } from './live-generation.ts';

const GO_ON =
  'Your answer above was cut off. Go on exactly where it stops, in the middle of a word if need be. ' +
  'Do not repeat anything and do not comment on the interruption.';

/** What the model reads. A continued answer is shown to it as its own words, then it is asked to go on. */
export function prompt(
  generation: LiveGeneration,
  history: { role: 'user' | 'assistant'; text: string }[],
): ModelTurn[] {
  // An answer that never came to words would be an empty turn, which some upstreams reject.
  const turns: ModelTurn[] = history
    .filter((turn) => turn.text !== '')
    .map((turn) => ({ role: turn.role, content: turn.text }));
  const soFar = generation.kind === 'continue' ? generation.text.toString() : '';
  if (soFar === '') return turns;
  return [...turns, { role: 'assistant', content: soFar }, { role: 'user', content: GO_ON }];
}
