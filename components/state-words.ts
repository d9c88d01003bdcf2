import { type GenerationState, isEnding } from '#lib/wire/chat.ts';
import { type FailureCode, failureSentence } from '#lib/wire/error-code.ts';
import { roughly } from './format.ts';

/** `wait`: not its turn; `live`: being made; `calm`: over, nothing wrong. */
export type Tone = 'wait' | 'live' | 'calm' | 'warn' | 'bad';

export interface StateWords {
  label: string;
  /** For a row of the sidebar. */
  short: string;
  /** Why, or for how long. */
  detail: string | null;
  tone: Tone;
}

/**
 * @param leftMs until the next attempt, for `retrying`, or until its turn, for `queued`; null where not known
 * @param news `old`: there is no connection, so this was; `unsent`: the server does not know of it yet
 */
export function stateWords(
  state: GenerationState,
  leftMs: number | null,
  news: 'fresh' | 'old' | 'unsent' = 'fresh',
): StateWords | null {
  if (isEnding(state)) return freshWords(state, leftMs);
  if (news === 'unsent') return words('Not sent yet', 'wait');
  if (news === 'old') return oldWords(state);
  return freshWords(state, leftMs);
}

/** Without estimates and countdowns: nobody here knows how it went on. */
function oldWords(state: GenerationState): StateWords | null {
  if (state.name === 'stopping') return words('Stopping', 'wait', 'when the connection is back');
  const known = state.name === 'retrying' ? words('Retrying', 'wait') : freshWords(state, null);
  return known && { ...known, tone: 'wait', detail: 'when the connection was lost' };
}

function freshWords(state: GenerationState, leftMs: number | null): StateWords | null {
  switch (state.name) {
    case 'queued':
      return queued(state.position, leftMs);
    case 'connecting':
      return words('Connecting', 'live', 'to the model');
    case 'thinking':
      return words('Thinking', 'live');
    case 'streaming':
      return words('Streaming', 'live');
    case 'using-tools':
      return words('Using tools', 'live');
    case 'asking':
      return words('Waiting for you', 'warn', 'A tool asks to be allowed.');
    case 'retrying': {
      const seconds = Math.max(0, Math.ceil((leftMs ?? state.inMs) / 1000));
      const label = seconds === 0 ? 'Retrying now' : `Retrying in ${seconds} s`;
      return { label, short: `Retry ${seconds} s`, detail: cause(state.code), tone: 'warn' };
    }
    case 'stopping':
      return words('Stopping', 'wait');
    case 'stopped':
      return words('Stopped', 'calm');
    case 'interrupted':
      return words('Interrupted', 'warn', failureSentence[state.code]);
    case 'failed':
      return words('Failed', 'bad', failureSentence[state.code]);
    case 'done':
      return done(state.finish);
  }
}

function words(label: string, tone: Tone, detail: string | null = null): StateWords {
  return { label, short: label, detail, tone };
}

/** Only what happened: what people can do is for those who have to do it themselves. */
function cause(code: FailureCode): string {
  const sentence = failureSentence[code];
  return sentence.slice(0, sentence.indexOf('.') + 1);
}

/** An estimate that has passed was wrong, and is not said any more. */
function queued(position: number | null, leftMs: number | null): StateWords {
  if (position === null) return words('Queued', 'wait');
  const eta = leftMs === null || leftMs <= 0 ? null : `about ${roughly(leftMs)}`;
  return { label: `Queued, position ${position}`, short: `Queued ${position}`, detail: eta, tone: 'wait' };
}

function done(finish: Extract<GenerationState, { name: 'done' }>['finish']): StateWords | null {
  if (finish === 'length') return words('Cut at the length limit', 'warn');
  if (finish === 'content_filter') return words('Cut by the content filter of the model server', 'warn');
  if (finish === 'tool_calls') return words('Ended with a call to a tool that is not there', 'warn');
  return null;
}
