import type { ClientMessage } from '#lib/wire/client-message.ts';
import { encodeEvent, joinFrame, parseClientMessage } from '#lib/wire/codec.ts';
import { PROTOCOL_VERSION } from '#lib/wire/protocol.ts';
import type { ServerEvent, ServerEventOf } from '#lib/wire/server-event.ts';
import type { OpenSocket, SocketEvents } from './socket-port.ts';

/** One socket, with the hands of the test on its server side. */
export class FakeSocket {
  readonly sent: ClientMessage[] = [];
  isOpen = true;
  readonly #events: SocketEvents;
  onSent: (message: ClientMessage) => void = () => undefined;

  constructor(events: SocketEvents) {
    this.#events = events;
  }

  accept(): void {
    this.#events.opened();
  }

  frame(text: string): void {
    if (this.isOpen) this.#events.received(text);
  }

  deliver(...events: ServerEvent[]): void {
    this.frame(joinFrame(events.map(encodeEvent)));
  }

  welcome(change: Partial<ServerEventOf<'welcome'>> = {}): void {
    this.deliver({
      type: 'welcome',
      protocol: PROTOCOL_VERSION,
      userId: 'user-1',
      models: [],
      defaultModel: 'demo/echo',
      chats: [],
      generations: [],
      ...change,
    });
  }

  drop(code = 1006): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.#events.closed(code);
  }

  send(frame: string): void {
    if (!this.isOpen) return;
    const message = parseClientMessage(frame);
    this.sent.push(message);
    this.onSent(message);
  }

  of<T extends ClientMessage['type']>(type: T): Extract<ClientMessage, { type: T }>[] {
    return this.sent.filter(
      (message): message is Extract<ClientMessage, { type: T }> => message.type === type,
    );
  }
}

/** What tabs connect to; keeps every socket that was ever opened. */
export class FakeNetwork {
  readonly sockets: FakeSocket[] = [];
  sessions = 0;
  /** The next sessions fail as long as this is set. */
  sessionError: Error | null = null;
  onOpen: (socket: FakeSocket) => void = () => undefined;

  readonly open: OpenSocket = (events) => {
    const socket = new FakeSocket(events);
    this.sockets.push(socket);
    this.onOpen(socket);
    return {
      send: (frame) => socket.send(frame),
      close: () => {
        socket.isOpen = false;
      },
    };
  };

  readonly openSession = async (): Promise<void> => {
    this.sessions += 1;
    if (this.sessionError !== null) throw this.sessionError;
  };

  get last(): FakeSocket {
    const socket = this.sockets.at(-1);
    if (socket === undefined) throw new Error('nobody has connected yet');
    return socket;
  }
}
