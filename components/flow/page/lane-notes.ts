import { duration } from '#components/format.ts';
import type { FlowLane, Spread } from '#lib/wire/flow.ts';
import { failureWords } from './failure-names.ts';

/** What is known of a lane beside its charts; nothing for what is not known or did not happen. */
export function laneNotes(lane: FlowLane): string[] {
  const { retries, failures } = lane;
  return [
    usually('First token after', lane.firstToken),
    usually('Waited', lane.waited),
    left(lane.requests, 'requests'),
    left(lane.tokens, 'tokens'),
    retries === 0 ? null : `${retries} ${retries === 1 ? 'retry' : 'retries'} in five minutes`,
    failures.length === 0 ? null : `Failed in five minutes: ${failureWords(failures)}`,
  ].filter((note) => note !== null);
}

function usually(words: string, spread: Spread | null): string | null {
  return spread === null ? null : `${words} ${duration(spread.p50)} (p95 ${duration(spread.p95)})`;
}

/** Of a rate limit of the model server; below 0 is a debt that has to be waited off. */
function left(budget: FlowLane['requests'], unit: string): string | null {
  if (budget === null) return null;
  const now = Math.floor(budget.left).toLocaleString('en');
  return `${now} of ${budget.perMinute.toLocaleString('en')} ${unit} a minute left`;
}
