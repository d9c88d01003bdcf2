import { duration } from '#components/format.ts';
import type { Tone } from '#components/state-words.ts';
import type { Ask, Card, CardState } from '#lib/client/analysis-card.ts';
import type { AnalysisKind, AnalysisTimes } from '#lib/wire/analysis.ts';
import type { ItemState } from '#lib/wire/batch.ts';
import { failureSentence } from '#lib/wire/error-code.ts';

export const kindNames: Record<AnalysisKind, { name: string; hint: string }> = {
  summary: { name: 'Summary', hint: 'what it says, in short' },
  sentiment: { name: 'Sentiment', hint: 'one word and why' },
  facts: { name: 'Key facts', hint: 'names, figures, decisions' },
};

export function titleOf(ask: Ask): string {
  return ask.kind === 'question' ? ask.question : kindNames[ask.kind].name;
}

/** What a card says of itself; `mark` is the state of an item that looks the same. */
export function cardWords(state: CardState): { label: string; tone: Tone; mark: ItemState } {
  switch (state.name) {
    case 'asking':
    case 'queued':
      return { label: 'Waiting for its turn', tone: 'wait', mark: 'waiting' };
    case 'working':
      return { label: 'Reading', tone: 'live', mark: 'running' };
    case 'streaming':
      return { label: 'Writing', tone: 'live', mark: 'running' };
    case 'retrying': {
      const sentence = failureSentence[state.code];
      const why = sentence.slice(0, sentence.indexOf('.') + 1);
      return { label: `Trying again. ${why}`, tone: 'warn', mark: 'waiting' };
    }
    case 'done':
      if (state.finish === 'length') return { label: 'Cut at the length limit', tone: 'warn', mark: 'done' };
      if (state.finish === 'content_filter')
        return { label: 'Cut by the content filter of the model server', tone: 'warn', mark: 'done' };
      return { label: `Done in ${duration(state.ms)}`, tone: 'calm', mark: 'done' };
    case 'failed':
      return { label: 'Failed', tone: 'bad', mark: 'failed' };
    case 'stopped':
      return { label: 'Stopped', tone: 'calm', mark: 'cancelled' };
  }
}

const numbers = [
  'None',
  'One',
  'Two',
  'Three',
  'Four',
  'Five',
  'Six',
  'Seven',
  'Eight',
  'Nine',
  'Ten',
  'Eleven',
];

/** `Three in 4.1 s, the slowest took 4.0 s`: the server's figures. */
export function timesWords({ count, wholeMs, slowestMs }: AnalysisTimes): string {
  const all = `${numbers[count] ?? count} in ${duration(wholeMs)}`;
  return count === 1
    ? `${all}, its call took ${duration(slowestMs)}`
    : `${all}, the slowest took ${duration(slowestMs)}`;
}

/** The same to the millisecond. */
export function exactWords({ wholeMs, slowestMs }: AnalysisTimes): string {
  return `${Math.round(wholeMs)} ms in all, ${Math.round(slowestMs)} ms the slowest`;
}

/** How far all of them are, or were when they were stopped. */
export function progressWords(cards: readonly Card[]): string {
  const count = (name: CardState['name']) => cards.filter(({ state }) => state.name === name).length;
  const failed = count('failed');
  return `${count('done')} of ${cards.length} done${failed === 0 ? '' : `, ${failed} failed`}`;
}
