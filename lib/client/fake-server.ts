import { type ChatSummary, type Generation, isEnding, type Message } from '#lib/wire/chat.ts';
import type { ClientMessage, ClientMessageOf } from '#lib/wire/client-message.ts';
import type { ServerEvent } from '#lib/wire/server-event.ts';
import type { FakeNetwork, FakeSocket } from './fake-socket.ts';

interface ServerChat {
  summary: ChatSummary;
  revision: number;
  messages: Message[];
  beside: Message[];
}

interface Viewer {
  socket: FakeSocket;
  watched: Set<string>;
}

/** Speaks the protocol for one person, from memory, for as many tabs as connect. Answers are written by the test. */
export class FakeServer {
  readonly chats = new Map<string, ServerChat>();
  /** Ids of the messages that were stored, in order: each once, however often it was sent. */
  readonly stored: string[] = [];
  /** Whether acknowledgements get through. */
  losesAcks = false;
  viewers: Viewer[] = [];

  constructor(network: FakeNetwork) {
    network.onOpen = (socket) => {
      const viewer = { socket, watched: new Set<string>() };
      socket.onSent = (message) => this.#received(viewer, message);
      queueMicrotask(() => socket.accept());
    };
  }

  chat(chatId: string): ServerChat {
    const chat = this.chats.get(chatId);
    if (chat === undefined) throw new Error(`no chat ${chatId}`);
    return chat;
  }

  message(generationId: string): Message {
    const all = [...this.chats.values()].flatMap(shownOf);
    const found = all.find((message) => message.generation?.id === generationId);
    if (found === undefined) throw new Error(`no generation ${generationId}`);
    return found;
  }

  cutAll(code?: number): void {
    for (const { socket } of this.viewers.splice(0)) socket.drop(code);
  }

  /** The text grows, and nobody is told. */
  grow(generationId: string, text: string): void {
    this.message(generationId).text += text;
  }

  /** Tells viewers the text from `at` on. */
  tell(generationId: string, at: number, end = Number.POSITIVE_INFINITY): void {
    const { text, generation } = this.message(generationId);
    const event: ServerEvent = { type: 'delta', generation: generationId, at, text: text.slice(at, end) };
    this.publish(event, generation?.chatId);
  }

  end(generationId: string, state: Generation['state'] = { name: 'done', finish: 'stop' }): void {
    const message = this.message(generationId);
    if (message.generation === null) return;
    message.generation = { ...message.generation, state, endedAt: 9 };
    const chat = this.chat(message.generation.chatId);
    chat.revision += 1;
    this.publish({ type: 'state', generation: message.generation, revision: chat.revision });
  }

  /** @param viewersOf only to those who watch that chat */
  publish(event: ServerEvent, viewersOf?: string): void {
    for (const { socket, watched } of [...this.viewers]) {
      if (viewersOf === undefined || watched.has(viewersOf)) socket.deliver(event);
    }
  }

  #received(viewer: Viewer, message: ClientMessage): void {
    if (message.type === 'hello') return this.#welcome(viewer);
    if (message.type === 'watch') return this.#watch(viewer, message);
    if (message.type === 'unwatch') {
      viewer.watched.delete(message.chatId);
      return;
    }
    if (!('requestId' in message)) return;
    if (message.type === 'send') this.#send(message);
    if (message.type === 'keep') this.#keep(message);
    if (message.type === 'stop') this.end(message.generationId, { name: 'stopped' });
    if (!this.losesAcks) viewer.socket.deliver({ type: 'ack', requestId: message.requestId });
  }

  #welcome(viewer: Viewer): void {
    this.viewers.push(viewer);
    const chats = [...this.chats.values()];
    const running = chats.flatMap(shownOf).flatMap(({ generation }) => generation ?? []);
    viewer.socket.welcome({
      chats: chats.map((chat) => chat.summary),
      generations: running.filter(({ state }) => !isEnding(state)),
    });
  }

  #watch({ socket, watched }: Viewer, { chatId, revision, have }: ClientMessageOf<'watch'>): void {
    const chat = this.chats.get(chatId);
    if (chat === undefined) {
      const refusal = { code: 'not_found', message: 'There is no such chat.', retryAfterMs: null } as const;
      return socket.deliver({ type: 'refused', requestId: null, chatId, ...refusal });
    }
    watched.add(chatId);
    if (revision !== chat.revision) return socket.deliver(this.#path(chat, null, true));
    socket.deliver({ type: 'current', chatId, revision });
    for (const { generation, text } of have ?? []) {
      const whole = this.message(generation).text;
      const at = Math.min(text, whole.length);
      socket.deliver({ type: 'delta', generation, at, text: whole.slice(at) });
    }
  }

  #send(message: ClientMessageOf<'send'>): void {
    if (this.stored.includes(message.messageId)) return;
    this.stored.push(message.messageId);
    const { chatId, messageId: id, replyId, text, model } = message;
    const summary: ChatSummary = {
      id: chatId,
      title: text,
      model,
      createdAt: 1,
      updatedAt: 1,
      unread: false,
      ended: null,
    };
    const chat = this.chats.get(chatId) ?? { summary, revision: 0, messages: [], beside: [] };
    this.chats.set(chatId, chat);
    const parentId = chat.messages.at(-1)?.id ?? null;
    const base = { reasoning: '', createdAt: 1 };
    chat.messages.push(
      { ...base, id, parentId, role: 'user', text, model: null, siblings: [id], generation: null },
      {
        ...base,
        id: replyId,
        parentId: id,
        role: 'assistant',
        text: '',
        model,
        siblings: [replyId],
        generation: fakeGeneration({ id: message.generationId, chatId, messageId: replyId, model }),
      },
    );
    chat.beside = besides(message);
    chat.revision += 1;
    this.publish({ type: 'chat', chat: chat.summary });
    this.publish(this.#path(chat, parentId, false), chatId);
    for (const { generationId } of [message, ...(message.also ?? [])]) {
      const generation = this.message(generationId).generation as Generation;
      this.publish({ type: 'state', generation, revision: null });
    }
  }

  #keep({ chatId, messageId }: ClientMessageOf<'keep'>): void {
    const chat = this.chat(chatId);
    const kept = chat.beside.find(({ id }) => id === messageId);
    if (kept !== undefined) chat.messages.splice(-1, 1, kept);
    chat.beside = [];
    chat.revision += 1;
    this.publish(this.#path(chat, kept?.parentId ?? chat.messages.at(-2)?.id ?? null, false), chatId);
  }

  #path(chat: ServerChat, from: string | null, snapshot: boolean): ServerEvent {
    const start = from === null ? 0 : chat.messages.findIndex((message) => message.id === from) + 1;
    const messages = structuredClone(chat.messages.slice(start));
    const { id: chatId } = chat.summary;
    return {
      type: 'path',
      chatId,
      revision: chat.revision,
      from,
      hasOlder: false,
      messages,
      ...(chat.beside.length > 0 ? { beside: structuredClone(chat.beside) } : {}),
      followUps: [],
      snapshot,
    };
  }
}

export function fakeGeneration(
  given: Partial<Generation> & Pick<Generation, 'id' | 'chatId' | 'messageId'>,
): Generation {
  return {
    model: 'demo/echo',
    fallback: null,
    state: { name: 'streaming' },
    attempts: 1,
    queuedAt: 1,
    startedAt: 2,
    firstTokenAt: 3,
    endedAt: null,
    tokensIn: null,
    tokensOut: null,
    ...given,
  };
}

function shownOf({ messages, beside }: ServerChat): Message[] {
  return [...messages, ...beside];
}

/** The further answers of a comparison. */
function besides({ chatId, messageId, also = [] }: ClientMessageOf<'send'>): Message[] {
  return also.map(({ replyId, generationId, model }) => ({
    id: replyId,
    parentId: messageId,
    role: 'assistant',
    text: '',
    reasoning: '',
    model,
    createdAt: 1,
    siblings: [replyId],
    generation: fakeGeneration({ id: generationId, chatId, messageId: replyId, model }),
  }));
}
