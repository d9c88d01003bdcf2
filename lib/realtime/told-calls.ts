import type { Generation } from '#lib/wire/chat.ts';
import type { ToolCall } from '#lib/wire/tool.ts';

/** What one connection has been told of calls: results may be long, so one is told again only when it changes. */
export class ToldCalls {
  readonly #told = new Map<string, ReadonlySet<ToolCall>>();

  /** The generation with those of its calls that are new or changed; from now on they count as told. */
  news(generation: Generation): Generation {
    const { id, calls } = generation;
    if (calls === undefined) return generation;
    const told = this.#told.get(id);
    const news = calls.filter((call) => told?.has(call) !== true);
    if (news.length === 0) return withoutCalls(generation);
    this.#told.set(id, new Set(calls));
    return { ...generation, calls: news };
  }

  /** It is over, or begins to be viewed: the next news are all there is. */
  forget(generationId: string): void {
    this.#told.delete(generationId);
  }
}

export function withoutCalls({ calls: _calls, ...generation }: Generation): Generation {
  return generation;
}
