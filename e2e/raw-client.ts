import { randomUUID } from 'node:crypto';
import { WebSocket } from 'ws';
import { stampNow } from '#lib/upstream/demo/words.ts';
import type { ClientMessage, ClientRequest } from '#lib/wire/client-message.ts';
import { encodeClientMessage, parseServerFrame } from '#lib/wire/codec.ts';
import { PROTOCOL_VERSION, SOCKET_PATH } from '#lib/wire/protocol.ts';
import type { ServerEvent, ServerEventOf } from '#lib/wire/server-event.ts';

type EventName = ServerEvent['type'];
type Answer = ServerEventOf<'ack'> | ServerEventOf<'refused'> | ServerEventOf<'older'>;
type Distribute<T> = T extends ClientRequest ? Omit<T, 'requestId'> : never;
/** A request without its id. */
export type Wish = Distribute<ClientRequest>;

export interface Sent {
  readonly chatId: string;
  readonly messageId: string;
  readonly replyId: string;
  readonly generationId: string;
}

/** A guest without a browser, on the wire: sees every byte that comes over its socket. */
export class RawClient {
  /** All that have been connected and not closed by their test. */
  static readonly open = new Set<RawClient>();
  readonly userId: string;
  /** Who it is, for requests beside the socket. */
  readonly cookie: string;
  readonly #origin: string;
  readonly #watchers = new Set<() => void>();
  /** Every frame as it came. */
  readonly frames: string[] = [];
  /** When each of them came, microseconds on the clock that scripts stamp their words with. */
  readonly arrivals: number[] = [];
  readonly events: ServerEvent[] = [];
  closeCode: number | null = null;
  /** Chats that were asked for, with how many events had come when they last were. */
  readonly #watched = new Map<string, number>();
  #socket: WebSocket | null = null;

  private constructor(origin: string, cookie: string, userId: string) {
    this.#origin = origin;
    this.cookie = cookie;
    this.userId = userId;
  }

  /** A new guest, connected and welcomed. */
  static async guest(origin: string): Promise<RawClient> {
    const response = await fetch(`${origin}/api/session`, { method: 'POST', headers: { origin } });
    const body = await response.text();
    if (!response.ok) throw new Error(`no session: ${response.status} ${body}`);
    const cookie = response.headers.getSetCookie().map((line) => line.split(';', 1)[0]);
    const { userId } = JSON.parse(body) as { userId: string };
    const client = new RawClient(origin, cookie.join('; '), userId);
    await client.connect();
    return client;
  }

  /** Another socket of the same guest. */
  async sibling(): Promise<RawClient> {
    const client = new RawClient(this.#origin, this.cookie, this.userId);
    await client.connect();
    return client;
  }

  /** Opens a socket, a new one when there was one, and says hello. */
  async connect(): Promise<ServerEventOf<'welcome'>> {
    const url = this.#origin.replace(/^http/, 'ws') + SOCKET_PATH;
    const socket = new WebSocket(url, { headers: { cookie: this.cookie, origin: this.#origin } });
    const seen = this.events.length;
    this.#socket = socket;
    RawClient.open.add(this);
    this.closeCode = null;
    socket.on('message', (data) => this.#received(String(data)));
    socket.on('close', (code) => {
      this.closeCode = code;
      this.#look();
    });
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve).once('error', reject);
    });
    this.send({ type: 'hello', protocol: PROTOCOL_VERSION });
    return this.event('welcome', () => true, seen);
  }

  send(message: ClientMessage): void {
    this.sendText(encodeClientMessage(message));
  }

  /** A frame as it is, a message or not. */
  sendText(frame: string): void {
    this.#socket?.send(frame);
  }

  /** Sends a request and resolves with its answer, whatever that is. */
  ask(wish: Wish): Promise<Answer> {
    const requestId = randomUUID();
    const message: ClientMessage = { ...wish, requestId };
    const answer = this.until(
      () => this.events.find((event) => isAnswerTo(event, requestId)),
      `an answer to ${wish.type}`,
    );
    this.send(message);
    return answer as Promise<Answer>;
  }

  /** Sends a message into a new chat and resolves when it is acked. Throws when it is refused. */
  async say(text: string, model: string): Promise<Sent> {
    const ids = {
      chatId: randomUUID(),
      messageId: randomUUID(),
      replyId: randomUUID(),
      generationId: randomUUID(),
    };
    this.watch(ids.chatId);
    const answer = await this.ask({ type: 'send', ...ids, text, model });
    if (answer.type !== 'ack') throw new Error(`send: ${JSON.stringify(answer)}`);
    this.watch(ids.chatId);
    return ids;
  }

  watch(chatId: string): void {
    this.#watched.set(chatId, this.events.length);
    this.send({ type: 'watch', chatId });
  }

  /**
   * Whether the last `watch` of this chat was answered, by a snapshot or by a database that is away: a short answer can be
   * over before that.
   */
  isShown(chatId: string): boolean {
    const from = this.#watched.get(chatId);
    if (from === undefined) return true;
    const isAnswer = (event: ServerEvent) =>
      event.type === 'path' || (event.type === 'refused' && event.code === 'storage_unavailable');
    return this.events
      .slice(from)
      .some((event) => isAnswer(event) && 'chatId' in event && event.chatId === chatId);
  }

  /** The model of a new chat. */
  get model(): string {
    return this.events.findLast((event) => event.type === 'welcome')?.defaultModel ?? '';
  }

  /** The first event of this type, from the `from`th on, that fits. */
  event<T extends EventName>(
    type: T,
    fits: (event: ServerEventOf<T>) => boolean = () => true,
    from = 0,
  ): Promise<ServerEventOf<T>> {
    const isIt = (event: ServerEvent): event is ServerEventOf<T> => event.type === type;
    return this.until(() => this.events.slice(from).filter(isIt).find(fits), `an event ${type}`);
  }

  /** The last state of a generation that was heard of; null before the first. */
  stateOf(generationId: string): string | null {
    const heard = this.events.flatMap((event) =>
      event.type === 'state'
        ? [event.generation]
        : event.type === 'path'
          ? [...event.messages, ...(event.beside ?? [])].flatMap(({ generation }) => generation ?? [])
          : [],
    );
    return heard.findLast(({ id }) => id === generationId)?.state.name ?? null;
  }

  /** The text of an answer as this client would show it, put together from snapshots and deltas. */
  textOf({ replyId, generationId }: Sent): string {
    let text = '';
    for (const event of this.events) {
      if (event.type === 'path') text = event.messages.find(({ id }) => id === replyId)?.text ?? text;
      if (event.type !== 'delta' || event.generation !== generationId || event.channel) continue;
      if (event.at > text.length) throw new Error(`gap: have ${text.length}, got ${event.at}`);
      text = text.slice(0, event.at) + event.text;
    }
    return text;
  }

  /** What `find` gives as soon as it gives something. Rejects when the socket closes first or after half a minute. */
  until<T>(find: () => T | undefined, what: string): Promise<T> {
    return new Promise((resolve, reject) => {
      const settle = (act: () => void) => {
        this.#watchers.delete(look);
        clearTimeout(timer);
        act();
      };
      const look = () => {
        const found = find();
        if (found !== undefined) settle(() => resolve(found));
        else if (this.closeCode !== null)
          settle(() => reject(new Error(`closed (${this.closeCode}) before ${what}`)));
      };
      const timer = setTimeout(() => settle(() => reject(new Error(`too late: ${what}`))), 30_000);
      this.#watchers.add(look);
      look();
    });
  }

  /** Takes nothing from the network until `resume`, and lets nobody know. */
  pause(): void {
    this.#socket?.pause();
  }

  resume(): void {
    this.#socket?.resume();
  }

  async close(): Promise<void> {
    const socket = this.#socket;
    RawClient.open.delete(this);
    if (socket === null || socket.readyState === WebSocket.CLOSED) return;
    await new Promise((resolve) => {
      socket.once('close', resolve).terminate();
    });
  }

  #received(frame: string): void {
    this.frames.push(frame);
    this.arrivals.push(stampNow());
    const events = parseServerFrame(frame);
    this.events.push(...events);
    if (events.some(({ type }) => type === 'beat')) this.send({ type: 'beat' });
    this.#look();
  }

  #look(): void {
    for (const watcher of [...this.#watchers]) watcher();
  }
}

function isAnswerTo(event: ServerEvent, requestId: string): boolean {
  const answers = event.type === 'ack' || event.type === 'refused' || event.type === 'older';
  return answers && event.requestId === requestId;
}
