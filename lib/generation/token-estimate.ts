import type { ContentPart, ModelTurn } from '#lib/upstream/model-request.ts';

const BYTES_PER_TOKEN = 4;
/** Role and separators of a message. */
const PER_TURN = 4;
/** What an answer usually takes. */
export const USUAL_ANSWER = 400;

/** What a picture usually takes, whatever the size of its data. */
const PER_PICTURE = 800;

/**
 * Tokens of a prompt, without a tokenizer: English has about four letters a token, other scripts fewer letters but more bytes
 * a letter, so bytes come out near in both. Only the gate's rates live on it, and they are settled with the real usage.
 */
export function promptTokens(turns: readonly ModelTurn[]): number {
  const bytes = turns.reduce((sum, turn) => sum + bytesOf(turn), 0);
  return Math.ceil(bytes / BYTES_PER_TOKEN) + PER_TURN * turns.length;
}

/** Tokens of texts to be embedded. */
export function textTokens(texts: readonly string[]): number {
  return Math.ceil(texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0) / BYTES_PER_TOKEN);
}

function bytesOf({ content, tool_calls: calls }: ModelTurn): number {
  const called = calls === undefined ? 0 : Buffer.byteLength(JSON.stringify(calls));
  if (typeof content === 'string') return called + Buffer.byteLength(content);
  return (content ?? []).reduce((sum, part) => sum + bytesOfPart(part), called);
}

function bytesOfPart({ text }: ContentPart): number {
  return typeof text === 'string' ? Buffer.byteLength(text) : PER_PICTURE * BYTES_PER_TOKEN;
}
