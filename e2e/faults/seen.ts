import { isEnding } from '#lib/wire/chat.ts';
import type { ServerEvent, ServerEventOf } from '#lib/wire/server-event.ts';

export interface Seen {
  /** As the client would show it. */
  readonly text: string;
  /** The ending came while this client watched, so that it must have all the text. */
  readonly isWhole: boolean;
}

/** The texts of all answers that a client was shown, by message id, put together from nothing but what it received. */
export function seenBy(events: readonly ServerEvent[]): ReadonlyMap<string, Seen> {
  const screen = new Screen();
  for (const event of events) {
    if (event.type === 'path') screen.path(event);
    else if (event.type === 'delta' && !event.channel) screen.delta(event);
    else if (event.type === 'state') screen.state(event);
  }
  return screen.seen;
}

class Screen {
  readonly seen = new Map<string, Seen>();
  /** Messages on the selected path, by chat. */
  readonly #paths = new Map<string, string[]>();
  /** The message of a generation. */
  readonly #messages = new Map<string, string>();

  path({ chatId, from, messages }: ServerEventOf<'path'>): void {
    const before = this.#paths.get(chatId) ?? [];
    const kept = from === null ? [] : before.slice(0, before.indexOf(from) + 1);
    this.#paths.set(chatId, [...kept, ...messages.map(({ id }) => id)]);
    for (const { id, text, generation } of messages) {
      if (generation === null) continue;
      this.#messages.set(generation.id, id);
      this.seen.set(id, { text, isWhole: isEnding(generation.state) });
    }
  }

  delta({ generation, at, text }: ServerEventOf<'delta'>): void {
    const id = this.#messages.get(generation);
    const had = id === undefined ? undefined : this.seen.get(id)?.text;
    if (id === undefined || had === undefined) return;
    if (at > had.length) throw new Error(`a gap in ${id}: had ${had.length}, got ${at}`);
    this.seen.set(id, { text: had.slice(0, at) + text, isWhole: false });
  }

  state({ generation: { id, chatId, messageId, state }, revision }: ServerEventOf<'state'>): void {
    this.#messages.set(id, messageId);
    const had = this.seen.get(messageId);
    const isShown = revision !== null && this.#paths.get(chatId)?.includes(messageId);
    if (had && isShown) this.seen.set(messageId, { ...had, isWhole: isEnding(state) });
  }
}
