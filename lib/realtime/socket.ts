import type { CloseReason } from '#lib/wire/close-code.ts';

/** What a connection needs of a socket. `send` never refuses; `buffered` tells how many bytes have not left yet. */
export interface Socket {
  send(frame: string): void;
  readonly buffered: number;
  /** Says good-bye with a close code; frames sent before still arrive. */
  close(reason: CloseReason, message: string): void;
  /** Cuts without a word. */
  terminate(): void;
  ping(): void;
}

/** What a socket tells its connection. */
export interface SocketEvents {
  received(frame: string): void;
  ponged(): void;
  closed(): void;
}
