import type { ClientMessage } from '#lib/wire/client-message.ts';
import type { CloseReason } from '#lib/wire/close-code.ts';
import { encodeClientMessage, parseServerFrame } from '#lib/wire/codec.ts';
import type { ServerEvent } from '#lib/wire/server-event.ts';
import type { Socket, SocketEvents } from './socket.ts';

/**
 * Two ends of a socket without a network between them: frames wait in both directions until they are delivered by hand,
 * so that every interleaving is a line of a test. Frames are strings, so nothing is shared by accident.
 */
export class SocketPair {
  readonly toClient: string[] = [];
  readonly toServer: string[] = [];
  closedWith: { reason: CloseReason; message: string } | 'cut' | null = null;
  pings = 0;
  /** Bytes that the server's end believes are still waiting in the kernel. */
  buffered = 0;
  #events: SocketEvents | undefined;
  readonly #onEvent: (event: ServerEvent) => void;

  constructor(onEvent: (event: ServerEvent) => void) {
    this.#onEvent = onEvent;
  }

  /** The server's end. */
  readonly socket: Socket = this.#serverEnd();

  attach(events: SocketEvents): void {
    this.#events = events;
  }

  send(message: ClientMessage): void {
    this.toServer.push(encodeClientMessage(message));
  }

  /** Frames from the client reach the server. */
  deliverToServer(count = Number.POSITIVE_INFINITY): void {
    for (const frame of this.toServer.splice(0, count)) this.#events?.received(frame);
  }

  /** Frames from the server reach the client. */
  deliverToClient(count = Number.POSITIVE_INFINITY): void {
    for (const frame of this.toClient.splice(0, count)) {
      for (const event of parseServerFrame(frame)) this.#onEvent(event);
    }
  }

  pong(): void {
    this.#events?.ponged();
  }

  /** The network goes away; what is under way is lost. */
  cut(): void {
    this.closedWith ??= 'cut';
    this.toClient.length = 0;
    this.toServer.length = 0;
    this.#events?.closed();
  }

  #serverEnd(): Socket {
    const pair = this;
    return {
      send(frame) {
        if (pair.closedWith === null) pair.toClient.push(frame);
      },
      get buffered() {
        return pair.buffered;
      },
      close(reason, message) {
        pair.closedWith ??= { reason, message };
      },
      terminate() {
        pair.closedWith ??= 'cut';
      },
      ping() {
        pair.pings += 1;
      },
    };
  }
}
