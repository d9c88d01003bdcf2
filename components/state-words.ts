import type { GenerationState } from '#lib/wire/chat.ts';
import { failureSentence } from '#lib/wire/error-code.ts';
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
 * @param retryInMs until the next attempt, for `retrying`
 * @param offline whether there is no connection: what has no place in the queue has not been sent then
 */
export function stateWords(state: GenerationState, retryInMs: number, offline = false): StateWords | null {
  switch (state.name) {
    case 'queued':
      return offline && state.position === null
        ? words('Not sent yet', 'wait')
        : queued(state.position, state.etaMs);
    case 'connecting':
      return words('Connecting', 'live', 'to the model');
    case 'thinking':
      return words('Thinking', 'live');
    case 'streaming':
      return words('Streaming', 'live');
    case 'retrying': {
      const seconds = Math.max(0, Math.ceil(retryInMs / 1000));
      const label = seconds === 0 ? 'Retrying now' : `Retrying in ${seconds} s`;
      return { label, short: `Retry ${seconds} s`, detail: failureSentence[state.code], tone: 'warn' };
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

function queued(position: number | null, etaMs: number | null): StateWords {
  if (position === null) return words('Queued', 'wait');
  const eta = etaMs === null ? null : `about ${roughly(etaMs)}`;
  return { label: `Queued, position ${position}`, short: `Queued ${position}`, detail: eta, tone: 'wait' };
}

function done(finish: Extract<GenerationState, { name: 'done' }>['finish']): StateWords | null {
  if (finish === 'length') return words('Cut at the length limit', 'warn');
  if (finish === 'content_filter') return words('Cut by the content filter of the model server', 'warn');
  if (finish === 'tool_calls') return words('Ended with a call to a tool that is not there', 'warn');
  return null;
}
