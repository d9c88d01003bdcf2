import type { Visitor } from '#lib/auth/auth.ts';
import type { LiveGeneration } from '#lib/generation/live-generation.ts';
import type { PathChange } from '#lib/store/chat-store.ts';
import type { Log } from '#lib/telemetry/log.ts';
import type { Meter } from '#lib/telemetry/meter.ts';
import type { Models } from '#lib/upstream/model.ts';
import type { ClientMessage, ClientMessageOf, ClientRequest } from '#lib/wire/client-message.ts';
import type { CloseReason } from '#lib/wire/close-code.ts';
import { parseClientMessage, requestIdOf } from '#lib/wire/codec.ts';
import { Refusal } from '#lib/wire/error-code.ts';
import { limits, PROTOCOL_VERSION } from '#lib/wire/protocol.ts';
import type { ServerEvent, ServerEventOf } from '#lib/wire/server-event.ts';
import type { Audience } from './audience.ts';
import { ChatView } from './chat-view.ts';
import { Delivery } from './delivery.ts';
import type { FlowFeed } from './flow-feed.ts';
import type { FlushWheel } from './flush-wheel.ts';
import { messageRate, type Rate, refusalRate } from './rate.ts';
import { handle, type RequestPorts } from './requests.ts';
import type { Socket, SocketEvents } from './socket.ts';
import { withoutCalls } from './told-calls.ts';

export interface ConnectionPorts extends RequestPorts {
  audience: Audience;
  models: Models;
  wheel: FlushWheel;
  flow: FlowFeed;
  log: Log;
  meter: Pick<Meter, 'refused'>;
  /** Milliseconds, monotonic. */
  clock: () => number;
}

const ours = new Refusal('server_error', 'Weir had an error of its own; try again.');

/** One socket of one person: views chats and passes on what the person asks for. Owns nothing that outlives it. */
export class Connection implements SocketEvents {
  readonly visitor: Visitor;
  readonly #ports: ConnectionPorts;
  readonly #socket: Socket;
  readonly #delivery: Delivery;
  readonly #views = new Map<string, ChatView>();
  readonly #rate: Rate;
  readonly #patience: Rate;
  #phase: 'silent' | 'greeting' | 'open' | 'closed' = 'silent';
  /** News that overtook the welcome, which would undo it. */
  #early: ServerEvent[] = [];
  /** Since when nothing has come from the other side, on the ports' clock. */
  heardAt: number;

  constructor(visitor: Visitor, socket: Socket, ports: ConnectionPorts) {
    this.visitor = visitor;
    this.#socket = socket;
    this.#ports = ports;
    this.#delivery = new Delivery(socket, ports.wheel, ports.clock);
    this.#rate = messageRate(ports.clock);
    this.#patience = refusalRate(ports.clock);
    this.heardAt = ports.clock();
  }

  /** Bytes that wait in the socket. */
  get buffered(): number {
    return this.#socket.buffered;
  }

  get hasSaidHello(): boolean {
    return this.#phase !== 'silent';
  }

  received(frame: string): void {
    this.heardAt = this.#ports.clock();
    if (this.#phase === 'closed') return;
    try {
      if (!this.#rate.take()) throw new Refusal('too_many_requests', 'Slow down.', { retryAfterMs: 1_000 });
      this.#route(parseClientMessage(frame));
    } catch (error) {
      this.#refuse(error, requestIdOf(frame));
    }
  }

  ponged(): void {
    this.heardAt = this.#ports.clock();
  }

  closed(): void {
    if (this.#phase === 'closed') return;
    this.#phase = 'closed';
    for (const view of this.#views.values()) view.close();
    this.#views.clear();
    this.#delivery.close();
    this.#ports.audience.leave(this);
    this.#ports.flow.leave(this);
  }

  close(reason: CloseReason, message: string): void {
    this.closed();
    this.#socket.close(reason, message);
  }

  terminate(): void {
    this.closed();
    this.#socket.terminate();
  }

  beat(): void {
    this.#socket.ping();
    if (this.#phase === 'open') this.#delivery.push({ type: 'beat' });
  }

  push(event: ServerEvent): void {
    if (this.#phase === 'greeting') this.#early.push(event);
    else this.#delivery.push(event);
  }

  /** Of these only the newest matters. */
  pushNewest(event: ServerEvent, about?: string): void {
    if (this.#phase === 'open') this.#delivery.pushNewest(event, about);
  }

  /** Sends what waits, now: the last words before a close. */
  flush(): void {
    this.#delivery.flush();
  }

  state(generation: LiveGeneration): void {
    if (this.#phase === 'open') this.#delivery.state(generation, this.#views.has(generation.chatId));
  }

  /**
   * Viewers get an ending in the order of revisions and after the text. For others it is news at once, without a revision:
   * they see no others, so it would look like a gap.
   */
  ended({ id, chatId }: LiveGeneration, event: ServerEventOf<'state'>): void {
    if (this.#phase !== 'open') return;
    // Also where the page that is being read has the ending already, and the event itself is not needed.
    this.#delivery.forgetState(id);
    const view = this.#views.get(chatId);
    if (view === undefined) return this.#delivery.endedUnseen(id, event);
    view.structural(event.revision ?? Number.POSITIVE_INFINITY, () => this.#delivery.ended(id, event));
  }

  path(change: PathChange, options: { whole: boolean; hasOlder: boolean }): void {
    this.#views.get(change.chat.id)?.path(change, options);
  }

  structural(chatId: string, revision: number, event: ServerEvent): void {
    this.#views.get(chatId)?.structural(revision, () => this.#delivery.push(event));
  }

  gone(chatId: string): void {
    this.#unwatch(chatId);
    this.push({ type: 'chat-gone', chatId });
  }

  #route(message: ClientMessage): void {
    if (message.type === 'hello') return this.#attempt(this.#hello(message), null);
    if (message.type === 'beat') return;
    if (this.#phase !== 'open') throw new Refusal('bad_message', 'Say hello and wait for the welcome first.');
    if (message.type === 'flow')
      return message.on ? this.#ports.flow.join(this) : this.#ports.flow.leave(this);
    if (message.type === 'unwatch') return this.#unwatch(message.chatId);
    if (message.type === 'watch') return this.#attempt(this.#watch(message), null, message.chatId);
    this.#attempt(this.#request(message), message.requestId);
  }

  async #hello({ protocol }: ClientMessageOf<'hello'>): Promise<void> {
    if (this.#phase !== 'silent') throw new Refusal('bad_message', 'Hello was said already.');
    if (protocol !== PROTOCOL_VERSION) {
      this.close('unsupportedVersion', 'This page is from another version of Weir; reload it.');
      return;
    }
    this.#phase = 'greeting';
    const { store, generations, models, audience } = this.#ports;
    // First join, then read: what changes in between is told after the welcome.
    audience.join(this);
    const chats = await store.chats(this.visitor.userId).catch((error: unknown) => {
      this.close('lostPlace', 'Your chats cannot be read right now; come back in a moment.');
      throw error;
    });
    if (this.#phase !== 'greeting') return;
    this.#phase = 'open';
    this.push({
      type: 'welcome',
      protocol: PROTOCOL_VERSION,
      userId: this.visitor.userId,
      models: models.list(),
      defaultModel: models.defaultId(),
      chats,
      generations: Array.from(generations.ofUser(this.visitor.userId), (one) => withoutCalls(one.view())),
    });
    this.push(this.#ports.flow.totals);
    this.push(this.#ports.tools.sight);
    for (const event of this.#early.splice(0)) this.push(event);
  }

  async #watch(message: ClientMessageOf<'watch'>): Promise<void> {
    this.#unwatch(message.chatId);
    if (this.#views.size >= limits.watchedChats) {
      throw new Refusal('too_many_requests', `At most ${limits.watchedChats} chats can be watched at once.`);
    }
    const { store, generations } = this.#ports;
    const view = new ChatView(message.chatId, {
      store,
      generations,
      delivery: this.#delivery,
      userId: this.visitor.userId,
    });
    this.#views.set(message.chatId, view);
    try {
      if (await view.open(message)) return;
    } catch (error) {
      this.#forget(message.chatId, view);
      throw error;
    }
    this.#forget(message.chatId, view);
    throw new Refusal('not_found', 'There is no such chat.');
  }

  async #request(request: ClientRequest): Promise<void> {
    const answer = await handle(this.#ports, this.visitor.userId, request);
    const { requestId } = request;
    if (!('older' in answer))
      return this.push({ type: 'ack', requestId, ...(answer.held ? { held: true } : {}) });
    const view = this.#views.get(answer.older.chat.id);
    if (view === undefined) throw new Refusal('not_found', 'Watch the chat first.');
    view.older(requestId, answer.older);
  }

  #unwatch(chatId: string): void {
    this.#views.get(chatId)?.close();
    this.#views.delete(chatId);
  }

  #forget(chatId: string, view: ChatView): void {
    if (this.#views.get(chatId) === view) this.#unwatch(chatId);
  }

  #attempt(work: Promise<void>, requestId: string | null, chatId?: string): void {
    work.catch((error: unknown) => this.#refuse(error, requestId, chatId));
  }

  #refuse(error: unknown, requestId: string | null, chatId?: string): void {
    if (!(error instanceof Refusal)) this.#ports.log.error({ err: error }, 'request failed');
    const { code, message, retryAfterMs } = error instanceof Refusal ? error : ours;
    this.#ports.meter.refused(code);
    const about = chatId === undefined ? {} : { chatId };
    this.push({ type: 'refused', requestId, ...about, code, message, retryAfterMs });
    if (!this.#patience.take()) this.close('tooManyMessages', 'Too many messages that had to be refused.');
  }
}
