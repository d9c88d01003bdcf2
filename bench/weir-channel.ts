import { randomUUID } from 'node:crypto';
import type { WebSocket } from 'ws';
import { isEnding, type Message } from '#lib/wire/chat.ts';
import type { ClientMessage } from '#lib/wire/client-message.ts';
import { encodeClientMessage } from '#lib/wire/codec.ts';
import { PROTOCOL_VERSION, SOCKET_PATH } from '#lib/wire/protocol.ts';
import type { ServerEvent, ServerEventOf } from '#lib/wire/server-event.ts';
import { type Channel, type Listener, prompt } from './channel.ts';
import { openSocket } from './socket.ts';

/** A new person: their cookie. @throws when Weir takes no more of them */
export async function newPerson(url: string): Promise<string> {
  const response = await fetch(`${url}/api/session`, { method: 'POST', headers: { origin: url } });
  if (!response.ok) throw new Error(`POST /api/session: ${response.status} ${await response.text()}`);
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';', 1)[0])
    .join('; ');
}

export async function openWeirChannel(url: string, cookie: string): Promise<Channel> {
  const socket = await openSocket(url.replace('http', 'ws') + SOCKET_PATH, { origin: url, cookie });
  const { promise, resolve, reject } = Promise.withResolvers<Channel>();
  const channel = new WeirChannel(socket, { welcomed: () => resolve(channel), lost: reject });
  return promise;
}

/** One answer in a chat of its own: how much of it is here. */
interface Asked {
  chatId: string;
  generationId: string;
  listener: Listener;
  have: number;
  hasPath: boolean;
  ended: string | null;
}

/**
 * Does what a tab does with a new chat: sends the message, watches once it is confirmed, and takes what comes. Stricter than
 * a tab: a delta that is not exactly at the end of what is here is a failure.
 */
class WeirChannel implements Channel {
  readonly #socket: WebSocket;
  readonly #state: { welcomed: () => void; lost: (error: Error) => void };
  readonly #byRequest = new Map<string, Asked>();
  readonly #byGeneration = new Map<string, Asked>();
  readonly #byChat = new Map<string, Asked>();
  #models: string[] = [];

  constructor(socket: WebSocket, state: { welcomed: () => void; lost: (error: Error) => void }) {
    this.#socket = socket;
    this.#state = state;
    socket.on('message', (frame) => {
      for (const event of JSON.parse(String(frame)) as ServerEvent[]) this.#take(event);
    });
    socket.on('error', (error) => this.#lose(error.message));
    socket.on('close', (code, reason) => this.#lose(`closed with ${code} ${reason}`));
    this.#send({ type: 'hello', protocol: PROTOCOL_VERSION });
  }

  ask(model: string, listener: Listener): void {
    const [requestId, chatId, messageId, replyId, generationId] = Array.from({ length: 5 }, () =>
      randomUUID(),
    );
    if (!requestId || !chatId || !messageId || !replyId || !generationId) return;
    const id = this.#models.find((known) => known.endsWith(`/${model}`));
    if (id === undefined) return listener.failed(`Weir does not offer ${model}`);
    const asked = { chatId, generationId, listener, have: 0, hasPath: false, ended: null };
    this.#byRequest.set(requestId, asked);
    this.#byGeneration.set(generationId, asked);
    this.#byChat.set(chatId, asked);
    this.#send({
      type: 'send',
      requestId,
      chatId,
      messageId,
      replyId,
      generationId,
      text: prompt,
      model: id,
    });
  }

  close(): void {
    this.#socket.terminate();
  }

  #send(message: ClientMessage): void {
    this.#socket.send(encodeClientMessage(message));
  }

  #take(event: ServerEvent): void {
    if (event.type === 'delta') this.#delta(event);
    else if (event.type === 'state') this.#ended(event);
    else if (event.type === 'path') this.#path(event);
    else if (event.type === 'refused') this.#refused(event);
    else if (event.type === 'ack') this.#acked(event.requestId);
    else if (event.type === 'welcome') {
      this.#models = event.models.map((model) => model.id);
      this.#state.welcomed();
    }
  }

  #acked(requestId: string): void {
    const asked = this.#byRequest.get(requestId);
    if (asked !== undefined) this.#send({ type: 'watch', chatId: asked.chatId });
  }

  #delta({ generation, at, text }: ServerEventOf<'delta'>): void {
    const asked = this.#byGeneration.get(generation);
    if (asked === undefined) return;
    if (at !== asked.have) return this.#fail(asked, `a delta at ${at} instead of ${asked.have}`);
    asked.have += text.length;
    asked.listener.text(text);
  }

  /** The text so far; its ending too, when it was over before anybody watched. */
  #path({ chatId, messages }: ServerEventOf<'path'>): void {
    const asked = this.#byChat.get(chatId);
    const message = messages.find(({ generation }) => generation?.id === asked?.generationId);
    if (asked === undefined || message === undefined) return;
    asked.hasPath = true;
    this.#catchUp(asked, message);
    const state = message.generation?.state;
    if (state !== undefined && isEnding(state)) asked.ended = state.name;
    this.#finish(asked);
  }

  #catchUp(asked: Asked, { text }: Message): void {
    if (text.length <= asked.have) return;
    asked.listener.text(text.slice(asked.have));
    asked.have = text.length;
  }

  #ended({ generation }: ServerEventOf<'state'>): void {
    const asked = this.#byGeneration.get(generation.id);
    if (asked === undefined || !isEnding(generation.state)) return;
    asked.ended = generation.state.name;
    this.#finish(asked);
  }

  #finish(asked: Asked): void {
    if (asked.ended === null || !asked.hasPath) return;
    if (asked.ended === 'done') {
      this.#byGeneration.delete(asked.generationId);
      asked.listener.done();
    } else this.#fail(asked, `ended ${asked.ended}`);
  }

  #refused({ requestId, chatId, code, message }: ServerEventOf<'refused'>): void {
    const asked = this.#byRequest.get(requestId ?? '') ?? this.#byChat.get(chatId ?? '');
    if (asked === undefined) return this.#lose(`refused: ${code} ${message}`);
    this.#fail(asked, `refused: ${code}`);
  }

  #fail(asked: Asked, why: string): void {
    this.#byGeneration.delete(asked.generationId);
    asked.listener.failed(why);
  }

  #lose(why: string): void {
    this.#state.lost(new Error(why));
    for (const asked of this.#byGeneration.values()) asked.listener.failed(why);
  }
}
