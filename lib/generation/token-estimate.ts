import type { ModelTurn } from '#lib/upstream/model.ts';

const BYTES_PER_TOKEN = 4;
/** Role and separators of a message. */
const PER_TURN = 4;
/** What an answer usually takes. */
export const USUAL_ANSWER = 400;

/**
 * Tokens of a prompt, without a tokenizer: English has about four letters a token, other scripts fewer letters but more bytes
 * a letter, so bytes come out near in both. Only the gate's rates live on it, and they are settled with the real usage.
 */
export function promptTokens(turns: readonly ModelTurn[]): number {
  const bytes = turns.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0);
  return Math.ceil(bytes / BYTES_PER_TOKEN) + PER_TURN * turns.length;
}
