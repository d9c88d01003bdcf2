import { v7 } from 'uuid';
import { createStore } from 'zustand/vanilla';
import { limits } from '#lib/wire/protocol.ts';
import type { ServerEvent } from '#lib/wire/server-event.ts';
import { ChatSocket } from './chat-socket.ts';
import type { ChatClient } from './client-api.ts';
import { browserPorts, type ClientPorts } from './client-ports.ts';
import { answersAsked } from './compared.ts';
import { Comparisons } from './comparisons.ts';
import { Drafts } from './drafts.ts';
import { FlowRequests } from './flow-requests.ts';
import { furtherReplies, newPending, type Wish } from './new-pending.ts';
import { type Notice, noticeOf } from './notice.ts';
import { Outbox } from './outbox.ts';
import { Outgoing } from './outgoing.ts';
import { Painter } from './painter.ts';
import { reduce } from './reduce.ts';
import { type ClientState, initialState, type Pending } from './state.ts';
import { ToolRequests } from './tool-requests.ts';
import { Watches } from './watches.ts';

export type { ChatClient } from './client-api.ts';

export function newChatId(): string {
  return v7();
}

/** @param options ports other than those of the browser */
export function createChatClient(options: Partial<ClientPorts> = {}): ChatClient {
  return new Client({ ...browserPorts(), ...options });
}

class Client implements ChatClient {
  readonly store = createStore<ClientState>(() => initialState);
  readonly drafts: Drafts;
  readonly painter: Painter;
  readonly flow: FlowRequests;
  readonly comparisons: Comparisons;
  readonly tools: ToolRequests;
  readonly #ports: ClientPorts;
  readonly #socket: ChatSocket;
  readonly #outbox: Outbox;
  readonly #outgoing: Outgoing;
  readonly #watches: Watches;
  readonly #listeners = new Set<(notice: Notice) => void>();

  constructor(ports: ClientPorts) {
    const { store } = this;
    this.#ports = ports;
    this.drafts = new Drafts(ports.storage);
    this.painter = new Painter({ store, requestFrame: ports.requestFrame });
    this.#socket = new ChatSocket(ports, {
      changed: (connection) => {
        const wasOpen = store.getState().connection.phase === 'open';
        store.setState({ connection });
        if (wasOpen) this.#lost();
      },
      received: (events) => this.#received(events),
    });
    const transmit = this.#socket.send.bind(this.#socket);
    this.#outbox = new Outbox(ports.storage, ports.locks, ports.newId());
    this.#outgoing = new Outgoing({
      store,
      outbox: this.#outbox,
      transmit,
      tell: (notice) => this.#tell(notice),
    });
    this.#watches = new Watches({ store, transmit });
    const stop = this.stop.bind(this);
    this.tools = new ToolRequests({ store, outgoing: this.#outgoing, newId: ports.newId });
    this.flow = new FlowRequests({ store, outgoing: this.#outgoing, transmit, newId: ports.newId, stop });
    const { newId, now } = ports;
    this.comparisons = new Comparisons({ store, outgoing: this.#outgoing, newId, now, stop });
  }

  start(): () => void {
    const leave = this.#outbox.open();
    const sleep = this.#ports.onWake(() => this.#socket.wake());
    this.#adopt();
    this.#socket.start();
    return () => {
      this.#socket.stop();
      sleep();
      leave();
    };
  }

  watch(chatId: string): () => void {
    return this.#watches.add(chatId);
  }

  send({ also: models, ...input }: Parameters<ChatClient['send']>[0]): void {
    const { chatId, text } = input;
    if (text.trim() === '') return;
    const { chats, paths } = this.store.getState();
    const opensChat = !(chatId in chats) && (paths[chatId]?.messages.length ?? 0) === 0;
    const also = furtherReplies(models, this.#ports.newId);
    const sent = { ...input, also, opensChat, ...this.tools.take(opensChat) };
    this.#add({ kind: 'send', ...sent, messageId: this.#ports.newId() });
  }

  regenerate(chatId: string, messageId: string, model: string): void {
    this.#add({ kind: 'regenerate', chatId, messageId, model });
  }

  continueAnswer(chatId: string, messageId: string): void {
    this.#add({ kind: 'continue', chatId, messageId, replyId: messageId });
  }

  stop(chatId: string, generationId: string): void {
    const { outbox, requests } = this.store.getState();
    if (requests.some(({ message }) => message.type === 'stop' && message.generationId === generationId))
      return;
    const pending = answersAsked(outbox).find((one) => one.generationId === generationId && !one.acked);
    this.#outgoing.request({ type: 'stop', ...this.#request(chatId), generationId }, pending?.requestId);
  }

  select(chatId: string, messageId: string): string {
    const request = this.#request(chatId);
    this.#outgoing.request({ type: 'select', ...request, messageId });
    return request.requestId;
  }

  rename(chatId: string, title: string): void {
    const short = title.trim().slice(0, limits.titleLength).trim();
    if (short !== '') this.#outgoing.request({ type: 'rename', ...this.#request(chatId), title: short });
  }

  remove(chatId: string): void {
    this.#outgoing.request({ type: 'delete', ...this.#request(chatId) });
  }

  restore(chatId: string): void {
    this.#outgoing.request({ type: 'restore', ...this.#request(chatId) });
  }

  markRead(chatId: string): void {
    const { chats, requests } = this.store.getState();
    const isAsked = requests.some(({ message }) => message.type === 'read' && message.chatId === chatId);
    if (chats[chatId]?.unread && !isAsked) this.#outgoing.request({ type: 'read', ...this.#request(chatId) });
  }

  editFollowUp(chatId: string, messageId: string, text: string): void {
    if (text.trim() === '') return;
    this.#outgoing.request({ type: 'edit-follow-up', ...this.#request(chatId), messageId, text });
  }

  withdrawFollowUp(chatId: string, messageId: string): void {
    const pending = this.store.getState().outbox.find((one) => one.messageId === messageId && !one.acked);
    const request = { type: 'withdraw-follow-up' as const, ...this.#request(chatId), messageId };
    this.#outgoing.request(request, pending?.requestId);
  }

  releaseFollowUp(chatId: string): void {
    const oldest = this.store.getState().paths[chatId]?.followUps[0];
    if (oldest === undefined) return;
    const { messageId } = oldest;
    this.#outgoing.request({ type: 'release-follow-up', ...this.#request(chatId), messageId });
  }

  loadOlder(chatId: string): void {
    const { paths, connection } = this.store.getState();
    const path = paths[chatId];
    const before = path?.messages[0]?.id;
    if (connection.phase !== 'open' || before === undefined || !path?.live) return;
    if (!path.hasOlder || path.loadingOlder) return;
    this.store.setState({ paths: { ...paths, [chatId]: { ...path, loadingOlder: true } } });
    this.#outgoing.request({ type: 'older', ...this.#request(chatId), before });
  }

  retryPending(requestId: string): void {
    this.#outgoing.retry(requestId);
  }

  dropPending(requestId: string): Pending | null {
    return this.#outgoing.drop(requestId);
  }

  reconnectNow(): void {
    this.#socket.reconnectNow();
  }

  onNotice(listener: (notice: Notice) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  #request(chatId: string): { requestId: string; chatId: string } {
    return { requestId: this.#ports.newId(), chatId };
  }

  #add(wish: Wish): void {
    this.#outgoing.add(newPending(wish, this.store.getState(), this.#ports));
  }

  #lost(): void {
    this.#watches.reset();
    this.flow.lost();
  }

  #adopt(): void {
    void this.#outbox.adopt((left) => this.#outgoing.adopt(left));
  }

  #tell(notice: Notice): void {
    for (const listener of this.#listeners) listener(notice);
  }

  #received(events: ServerEvent[]): void {
    const notices: Notice[] = [];
    let state = this.store.getState();
    for (const event of events) {
      const notice = event.type === 'refused' ? noticeOf(state, event) : null;
      if (notice !== null) notices.push(notice);
      state = reduce(state, event, this.#ports.now());
    }
    this.store.setState(state, true);
    for (const event of events) this.#follow(event);
    this.#watches.refresh();
    for (const notice of notices) this.#tell(notice);
  }

  /** What an event makes us do, beyond what it makes us know. */
  #follow(event: ServerEvent): void {
    if (event.type === 'welcome') {
      this.#watches.reset();
      this.#outgoing.resend();
      this.flow.resubscribe();
      this.#adopt();
    } else if (event.type === 'current' || (event.type === 'path' && event.snapshot)) {
      this.#watches.answered(event.chatId);
    } else if (event.type === 'ack') {
      this.#outgoing.flush();
    } else if (event.type === 'refused' && event.requestId === null && event.chatId !== undefined) {
      this.#watches.refused(event.chatId, event.retryAfterMs ?? 2_000);
    }
  }
}
