import { WebSocket } from 'ws';
import type { ChatClient } from '#lib/client/chat-client.ts';
import { createChatClient, newChatId } from '#lib/client/chat-client.ts';
import { FakeLocks } from '#lib/client/fake-locks.ts';
import { FakeStorage } from '#lib/client/fake-storage.ts';
import type { OpenSocket } from '#lib/client/socket-port.ts';
import type { ClientState } from '#lib/client/state.ts';
import { type GenerationState, isEnding, type Message } from '#lib/wire/chat.ts';
import { SOCKET_PATH } from '#lib/wire/protocol.ts';

/**
 * The page's own client (socket, back-off, outbox, watches, reducer) without a page, as a guest of its own: what it
 * does after a fault is what browsers do.
 */
export class GuestTab {
  readonly client: ChatClient;
  /**
   * For each socket that opened after the first, the instant at which the client had chosen to try, milliseconds of its
   * clock: its own doing, where that of the opening is the machine's.
   */
  readonly returns: number[] = [];
  readonly closeCodes: number[] = [];
  /** Frames that came, over all sockets. */
  frames = 0;
  readonly #origin: string;
  readonly #stop: () => void;
  #cookie: string;
  #retryAt: number | null = null;

  /** Begins to connect. `origin` is where it goes and what it says it comes from. */
  constructor(origin: string, cookie = '') {
    this.#origin = origin;
    this.#cookie = cookie;
    this.client = createChatClient({
      openSession: () => this.#openSession(),
      openSocket: (events) => this.#openSocket(events),
      storage: new FakeStorage(),
      locks: new FakeLocks().tab(),
      onWake: () => () => undefined,
      requestFrame: (paint) => void setTimeout(() => paint(performance.now()), 16),
    });
    this.client.store.subscribe(({ connection }) => {
      this.#retryAt = connection.retryAt ?? this.#retryAt;
    });
    this.#stop = this.client.start();
  }

  /** Another one of the same guest, without anything in its memory. */
  async another(): Promise<GuestTab> {
    const tab = new GuestTab(this.#origin, this.#cookie);
    await tab.until(() => tab.isOpen, 'the first welcome');
    return tab;
  }

  get state(): ClientState {
    return this.client.store.getState();
  }

  get isOpen(): boolean {
    return this.state.connection.phase === 'open';
  }

  /** Sends into a new chat that it looks at. @returns the chat's id */
  say(text: string): string {
    const chatId = newChatId();
    this.client.watch(chatId);
    this.client.send({ chatId, text, model: this.state.defaultModel });
    return chatId;
  }

  messages(chatId: string): readonly Message[] {
    return this.state.paths[chatId]?.messages ?? [];
  }

  /** The text of the last message as a page would show it. */
  text(chatId: string): string {
    const last = this.messages(chatId).at(-1);
    return last ? this.client.painter.read(last.id).text : '';
  }

  /** How the last answer ended; null while it has not. */
  ending(chatId: string): GenerationState['name'] | null {
    const state = this.messages(chatId).at(-1)?.generation?.state;
    return state && isEnding(state) ? state.name : null;
  }

  /** Resolves as soon as `holds` does. */
  until(holds: () => boolean, what: string, withinMs = 45_000): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (act: () => void) => {
        clearTimeout(timer);
        leave();
        act();
      };
      const leave = this.client.store.subscribe(() => {
        if (holds()) settle(resolve);
      });
      const timer = setTimeout(() => settle(() => reject(new Error(`too late: ${what}`))), withinMs);
      if (holds()) settle(resolve);
    });
  }

  close(): void {
    this.#stop();
  }

  async #openSession(): Promise<void> {
    const headers = { origin: this.#origin, cookie: this.#cookie };
    const response = await fetch(`${this.#origin}/api/session`, { method: 'POST', headers });
    await response.text();
    if (!response.ok) throw new Error(`no session: ${response.status}`);
    const [given] = response.headers.getSetCookie();
    if (given !== undefined) this.#cookie = given.split(';', 1)[0] ?? '';
  }

  #openSocket(events: Parameters<OpenSocket>[0]): ReturnType<OpenSocket> {
    const url = this.#origin.replace(/^http/, 'ws') + SOCKET_PATH;
    const headers = { cookie: this.#cookie, origin: this.#origin };
    const socket = new WebSocket(url, { headers, perMessageDeflate: false });
    socket.on('open', () => {
      if (this.#retryAt !== null) this.returns.push(this.#retryAt);
      events.opened();
    });
    socket.on('message', (data) => {
      this.frames += 1;
      events.received(String(data));
    });
    // `close` follows every error.
    socket.on('error', () => undefined);
    socket.on('close', (code) => {
      this.closeCodes.push(code);
      events.closed(code);
    });
    return { send: (frame) => socket.send(frame), close: () => socket.terminate() };
  }
}
