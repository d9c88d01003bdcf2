import type { AnalysisEvent, AnalysisKind } from '#lib/wire/analysis.ts';
import type { Finish } from '#lib/wire/chat.ts';
import type { FailureCode } from '#lib/wire/error-code.ts';

/** One thing to be found out. */
export type Ask = { kind: AnalysisKind } | { kind: 'question'; question: string };

/** `asking`: the server has not said anything yet; `working`: its call is open and no text has come. */
export type CardState =
  | { name: 'asking' | 'queued' | 'working' | 'streaming' | 'stopped' }
  | { name: 'retrying'; code: FailureCode }
  | { name: 'done'; finish: Finish; ms: number }
  | { name: 'failed'; message: string };

export interface Card {
  /** Unique on the board. */
  readonly key: string;
  readonly ask: Ask;
  readonly state: CardState;
  readonly text: string;
}

export function freshCard(ask: Ask, key: string): Card {
  return { key, ask, state: { name: 'asking' }, text: '' };
}

export function hasEnded({ state: { name } }: Card): boolean {
  return name === 'done' || name === 'failed' || name === 'stopped';
}

/** What an event of its analysis makes of a card. Text goes to its offset: what is there already is not added again. */
export function applyAnalysisEvent(card: Card, event: Exclude<AnalysisEvent, { type: 'times' }>): Card {
  if (hasEnded(card)) return card;
  switch (event.type) {
    case 'queued':
      return { ...card, state: { name: 'queued' } };
    case 'started':
      return { ...card, state: { name: 'working' } };
    case 'retrying':
      return { ...card, state: { name: 'retrying', code: event.code } };
    case 'delta':
      return { ...card, state: { name: 'streaming' }, text: card.text.slice(0, event.at) + event.text };
    case 'done':
      return { ...card, state: { name: 'done', finish: event.finish, ms: event.ms } };
    case 'failed':
      return { ...card, state: { name: 'failed', message: event.message } };
  }
}
