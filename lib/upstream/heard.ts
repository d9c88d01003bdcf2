import type { Model, ModelEnding } from './model.ts';
import type { ToolCallDelta } from './model-request.ts';

/** What a caller of a model heard, for tests. */
export interface Heard {
  readonly text: string;
  readonly reasoning: string;
  /** Calls of tools, put together, by index. */
  readonly calls: readonly HeardCall[];
  /** Number of calls of the sink. */
  readonly deltas: number;
  /** Resolves with the ending or with what was thrown; never rejects. */
  readonly outcome: Promise<ModelEnding | { thrown: unknown }>;
  /** Resolves once there is this much text. */
  until(text: string): Promise<void>;
}

export interface HeardCall {
  readonly id: string;
  readonly name: string;
  readonly arguments: string;
}

/** Asks one user message. */
export function hear(model: Model, prompt: string, signal = new AbortController().signal): Heard {
  const waiting: { text: string; resolve: () => void }[] = [];
  const heard = {
    text: '',
    reasoning: '',
    calls: [] as HeardCall[],
    deltas: 0,
    until: (text: string) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.push({ text, resolve });
      look();
      return promise;
    },
  };
  const look = () => {
    for (const { text, resolve } of waiting) if (heard.text.includes(text)) resolve();
  };
  const sink = {
    text: (delta: string) => {
      heard.text += delta;
      heard.deltas += 1;
      look();
    },
    reasoning: (delta: string) => {
      heard.reasoning += delta;
      heard.deltas += 1;
    },
    toolCall: ({ index, id = '', name = '', arguments: written = '' }: ToolCallDelta) => {
      const so = heard.calls[index] ?? { id: '', name: '', arguments: '' };
      heard.calls[index] = {
        id: so.id + id,
        name: so.name + name,
        arguments: so.arguments + written,
      };
      heard.deltas += 1;
    },
  };
  const outcome = model
    .stream({ messages: [{ role: 'user', content: prompt }] }, sink, signal)
    .catch((thrown: unknown) => ({ thrown }));
  return Object.assign(heard, { outcome });
}
