import type { Answer } from './answer.ts';
import type { Choice } from './directive.ts';
import { embed } from './embed.ts';
import type { EmbeddingRequest } from './request.ts';
import { tokensIn } from './shapes.ts';

/** Scripts that end a call before its first byte; the others have no meaning for embeddings. */
export const embeddingScripts = ['status', '429', 'reset-before', 'hang', 'html'];

function encoded(vector: Float32Array, base64: boolean): readonly number[] | string {
  if (!base64) return [...vector];
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString('base64');
}

/** Answers with one vector per input, after `f` ms when a script says so. */
export async function playEmbeddings(
  answer: Answer,
  request: EmbeddingRequest,
  choice: Choice | null,
): Promise<void> {
  const wait = choice?.params.number('f', 0) ?? 0;
  if (wait > 0) await answer.sleep(wait);
  const data = request.inputs.map((text, index) => ({
    object: 'embedding',
    index,
    embedding: encoded(embed(text, request.dimensions), request.base64),
  }));
  const tokens = request.inputs.reduce((sum, text) => sum + tokensIn(text), 0);
  const usage = { prompt_tokens: tokens, total_tokens: tokens };
  const body = JSON.stringify({ object: 'list', data, model: request.model, usage });
  answer.reply(200, { 'content-type': 'application/json' }, body);
}
