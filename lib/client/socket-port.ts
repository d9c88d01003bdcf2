/** What a socket tells. Nothing comes after `closed`. */
export interface SocketEvents {
  opened(): void;
  received(frame: string): void;
  closed(code: number): void;
}

export interface ClientSocket {
  /** Only after `opened`. */
  send(frame: string): void;
  close(): void;
}

/** Begins to connect; never throws, failing is told as `closed`. */
export type OpenSocket = (events: SocketEvents) => ClientSocket;
