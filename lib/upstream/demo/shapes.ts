import type { Call } from './record.ts';
import type { ChatRequest } from './request.ts';

export type FinishReason = 'stop' | 'length' | 'content_filter' | 'tool_calls';

export interface Usage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
}

/** What every chunk and completion of one answer begins with. */
export interface Stem {
  readonly id: string;
  readonly created: number;
  readonly model: string;
  readonly system_fingerprint: string;
}

export function stemOf(call: Call): Stem {
  const id = `chatcmpl-weir${call.id.toString(36).padStart(8, '0')}`;
  return {
    id,
    created: Math.floor(call.startedAt / 1000),
    model: call.model,
    system_fingerprint: 'fp_weir_demo',
  };
}

/** About four characters a token, as everybody guesses. */
export function tokensIn(text: string): number {
  return Math.ceil(text.length / 4);
}

/** A delta is a token, so a script of n tokens reports n. */
export function usageOf(request: ChatRequest, call: Call): Usage {
  const prompt_tokens = request.messages.reduce((sum, turn) => sum + tokensIn(turn.text) + 4, 3);
  const completion_tokens = call.sentDeltas;
  return { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens };
}

export function chunkOf(stem: Stem, choices: readonly unknown[], more: object = {}): object {
  return { ...stem, object: 'chat.completion.chunk', choices, ...more };
}

export interface CompletionParts {
  readonly stem: Stem;
  readonly text: string | null;
  readonly more: object;
  readonly finish: string | null;
  readonly usage: Usage;
}

export function completionOf({ stem, text, more, finish, usage }: CompletionParts): object {
  const message = { role: 'assistant', content: text, refusal: null, ...more };
  const choices = [{ index: 0, message, logprobs: null, finish_reason: finish }];
  return { ...stem, object: 'chat.completion', choices, usage };
}
