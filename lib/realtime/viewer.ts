import { v7 as newId } from 'uuid';
import { type Generation, isEnding, type Message } from '#lib/wire/chat.ts';
import type { ClientMessageOf } from '#lib/wire/client-message.ts';
import { PROTOCOL_VERSION } from '#lib/wire/protocol.ts';
import type { ServerEvent, ServerEventOf } from '#lib/wire/server-event.ts';
import { SocketPair } from './socket-pair.ts';

interface Seen {
  revision: number;
  messages: Message[];
  /** Answers beside the last message. */
  beside: Message[];
}

/**
 * A client that believes the protocol to the letter: whatever a client of good will would repair (a gap, a skipped
 * revision) is a fault of the server here, and thrown.
 */
export class Viewer {
  readonly chats = new Map<string, Seen>();
  /** Watched again after every welcome. */
  readonly watched = new Set<string>();
  readonly events: ServerEvent[] = [];
  pair = this.#newPair();

  /** A new socket, as after a cut: what was seen before is kept. */
  reconnect(): SocketPair {
    this.pair = this.#newPair();
    this.pair.send({ type: 'hello', protocol: PROTOCOL_VERSION });
    return this.pair;
  }

  unwatch(chatId: string): void {
    this.watched.delete(chatId);
    this.chats.delete(chatId);
    this.pair.send({ type: 'unwatch', chatId });
  }

  watch(chatId: string): void {
    this.watched.add(chatId);
    const seen = this.chats.get(chatId);
    const shown = seen === undefined ? [] : [...seen.messages, ...seen.beside];
    const have = shown.flatMap(({ generation, text, reasoning }) =>
      generation === null || isEnding(generation.state)
        ? []
        : [{ generation: generation.id, text: text.length, reasoning: reasoning.length }],
    );
    this.pair.send({ type: 'watch', chatId, ...(seen ? { revision: seen.revision, have } : {}) });
  }

  send(chatId: string, text: string, model: string): ClientMessageOf<'send'> {
    const ids = { requestId: newId(), messageId: newId(), replyId: newId(), generationId: newId() };
    const message = { type: 'send' as const, ...ids, chatId, text, model };
    this.pair.send(message);
    return message;
  }

  texts(chatId: string): string[] {
    return (this.chats.get(chatId)?.messages ?? []).map(({ text }) => text);
  }

  last<T extends ServerEvent['type']>(type: T): ServerEventOf<T> | undefined {
    return this.events.findLast((event): event is ServerEventOf<T> => event.type === type);
  }

  #newPair(): SocketPair {
    const pair: SocketPair = new SocketPair((event) => {
      if (this.pair === pair) this.#apply(event);
    });
    return pair;
  }

  #apply(event: ServerEvent): void {
    this.events.push(event);
    if (event.type === 'welcome') for (const chatId of this.watched) this.watch(chatId);
    if (event.type === 'path') this.#path(event);
    if (event.type === 'delta') this.#delta(event);
    if (event.type === 'state') this.#state(event);
    if (event.type === 'follow-ups') this.#advance(event.chatId, event.revision);
    if (event.type === 'refused' && event.chatId !== undefined) this.watched.delete(event.chatId);
  }

  #path({ chatId, revision, from, messages, beside = [], snapshot }: ServerEventOf<'path'>): void {
    if (snapshot) {
      this.chats.set(chatId, { revision, messages: [...messages], beside });
      return;
    }
    const seen = this.#advance(chatId, revision);
    if (seen === null) return;
    const below = from === null ? 0 : seen.messages.findIndex(({ id }) => id === from) + 1;
    if (from !== null && below === 0)
      throw new Error(`path of ${chatId} hangs on ${from}, which was never shown`);
    seen.messages.splice(below, Number.POSITIVE_INFINITY, ...messages);
    seen.beside = beside;
  }

  #delta({ generation, at, text, ...event }: ServerEventOf<'delta'>): void {
    const channel = event.channel ?? 'text';
    const message = this.#messageOf(generation);
    if (message === undefined) return;
    if (at !== message[channel].length)
      throw new Error(`delta at ${at}, but ${message[channel].length} is here`);
    message[channel] += text;
  }

  #state({ generation, revision }: ServerEventOf<'state'>): void {
    if (revision !== null && this.chats.has(generation.chatId)) this.#advance(generation.chatId, revision);
    const message = this.#messageOf(generation.id);
    if (message !== undefined) message.generation = withCalls(generation, message.generation);
  }

  /** Null when this revision is known already. */
  #advance(chatId: string, revision: number): Seen | null {
    const seen = this.chats.get(chatId);
    if (seen === undefined || revision <= seen.revision) return null;
    if (revision !== seen.revision + 1) throw new Error(`revision ${revision} after ${seen.revision}`);
    seen.revision = revision;
    return seen;
  }

  #messageOf(generationId: string): Message | undefined {
    for (const { messages, beside } of this.chats.values()) {
      const message = [...messages, ...beside].find(({ generation }) => generation?.id === generationId);
      if (message !== undefined) return message;
    }
    return undefined;
  }
}

/** A call is told again only when it changes. */
function withCalls(told: Generation, known: Generation | null): Generation {
  const all = new Map([...(known?.calls ?? []), ...(told.calls ?? [])].map((call) => [call.id, call]));
  return all.size === 0 ? told : { ...told, calls: [...all.values()] };
}
