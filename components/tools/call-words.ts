import type { Tone } from '#components/state-words.ts';
import type { ToolCall } from '#lib/wire/tool.ts';

export interface CallWords {
  readonly label: string;
  readonly tone: Tone;
}

/** What is happening to a call. */
export function callWords({ state, startedAt }: ToolCall): CallWords {
  switch (state) {
    case 'asking':
      return { label: 'Asks first', tone: 'warn' };
    case 'running':
      return startedAt === null ? { label: 'Waiting', tone: 'wait' } : { label: 'Running', tone: 'live' };
    case 'done':
      return { label: 'Done', tone: 'calm' };
    case 'failed':
      return { label: 'Failed', tone: 'bad' };
    case 'refused':
      return { label: 'Not allowed', tone: 'calm' };
    case 'stopped':
      return { label: 'Stopped', tone: 'calm' };
    case 'timed-out':
      return { label: 'Timed out', tone: 'bad' };
  }
}

/** How long it ran; null where it did not, or still does. */
export function tookWords({ startedAt, endedAt }: ToolCall): string | null {
  if (startedAt === null || endedAt === null) return null;
  const ms = Math.max(0, endedAt - startedAt);
  return ms < 1_000 ? `${ms} ms` : `${(ms / 1_000).toFixed(1)} s`;
}

/** JSON spread out, to be read; anything else as it is. */
export function readable(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    return overt(typeof value === 'object' && value !== null ? JSON.stringify(value, null, 2) : text);
  } catch {
    // Not JSON: words, or what a model takes for JSON.
    return overt(text);
  }
}

/** Characters that turn the order of others around show as their numbers: what is allowed has to be what is read. */
export function overt(text: string): string {
  return text.replace(
    /[\u202a-\u202e\u2066-\u2069]/g,
    (mark) => `[U+${mark.charCodeAt(0).toString(16).toUpperCase()}]`,
  );
}
