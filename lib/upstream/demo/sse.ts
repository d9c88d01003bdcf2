import type { Stem } from './shapes.ts';
import { chunkOf } from './shapes.ts';

export const sseHeaders = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache',
} as const;

export const doneFrame = 'data: [DONE]\n\n';

export function frameOf(value: unknown): string {
  return `data: ${JSON.stringify(value)}\n\n`;
}

const slot = '"delta":null';

/** Writes the frames of one answer's deltas; what stays the same from delta to delta is serialised once. */
export function deltaFramer(stem: Stem, includeUsage: boolean): (field: string, text: string) => string {
  const choice = { index: 0, delta: null, logprobs: null, finish_reason: null };
  const whole = frameOf(chunkOf(stem, [choice], includeUsage ? { usage: null } : {}));
  // The first one is the right one: in the model's name, which comes from the caller, quotes are escaped.
  const at = whole.indexOf(slot) + slot.length - 'null'.length;
  const before = whole.slice(0, at);
  const after = whole.slice(at + 'null'.length);
  return (field, text) => `${before}{"${field}":${JSON.stringify(text)}}${after}`;
}
