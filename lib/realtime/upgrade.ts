import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Auth, Visitor } from '#lib/auth/auth.ts';
import { Groups } from '#lib/generation/groups.ts';
import { closeCodes } from '#lib/wire/close-code.ts';
import { Refusal } from '#lib/wire/error-code.ts';
import { limits, SOCKET_PATH } from '#lib/wire/protocol.ts';
import { Connection, type ConnectionPorts } from './connection.ts';
import { Heartbeat } from './heartbeat.ts';
import { listen, wsSocket } from './ws-socket.ts';

export interface UpgradePorts extends ConnectionPorts {
  auth: Auth;
  isAllowedOrigin: (origin: string | undefined) => boolean;
  /** Whom the limit per address counts as one; null: not limited, as a proxy beside us. */
  addressOf: (remoteAddress: string) => string | null;
  maxPerUser: number;
  maxPerAddress: number;
  now: () => number;
  random: () => number;
  sleep: (ms: number) => Promise<unknown>;
}

/** Milliseconds over which clients come back after a restart. */
const SPREAD_MS = 3_000;
const FIRST_BACK_MS = 500;
/** How long a peer may take to answer our close. */
const LAST_WORDS_MS = 2_000;

/** The door for sockets: Origin, session and limits are checked before the 101. */
export class Upgrade {
  readonly #ports: UpgradePorts;
  readonly #server = new WebSocketServer({
    noServer: true,
    maxPayload: limits.frameBytes,
    perMessageDeflate: false,
    clientTracking: true,
    // A frame of ours comes in one piece; many fragments are somebody filling our memory.
    maxFragments: 64,
    maxBufferedChunks: 1024,
  });
  readonly #connections = new Set<Connection>();
  readonly #byAddress = new Groups<Connection>();
  readonly #byUser = new Groups<Connection>();
  readonly #heartbeat: Heartbeat;
  #draining = false;

  constructor(ports: UpgradePorts) {
    this.#ports = ports;
    const { clock, now } = ports;
    this.#heartbeat = new Heartbeat({ connections: this.#connections, clock, now });
    this.#heartbeat.start();
    ports.auth.onEnd(({ sessionId, userId }) => {
      for (const connection of [...this.#byUser.of(userId)]) {
        if (connection.visitor.sessionId === sessionId) connection.close('unauthorized', 'You have left.');
      }
    });
  }

  get size(): number {
    return this.#connections.size;
  }

  /** Bytes that wait in all sockets. */
  get buffered(): number {
    let bytes = 0;
    for (const connection of this.#connections) bytes += connection.buffered;
    return bytes;
  }

  owns(request: IncomingMessage): boolean {
    return request.url?.split('?', 1)[0] === SOCKET_PATH;
  }

  async handle(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on('error', () => socket.destroy());
    try {
      const visitor = await this.#admit(request);
      if (socket.destroyed) return;
      if (typeof visitor === 'number') return refuse(socket, visitor);
      if (this.#isCrowded(request)) return refuse(socket, 429);
      this.#server.handleUpgrade(request, socket, head, (ws) => this.#open(ws, visitor, request));
    } catch (error) {
      const away = error instanceof Refusal && error.code === 'storage_unavailable';
      if (!away) this.#ports.log.error({ err: error }, 'upgrade failed');
      refuse(socket, away ? 503 : 500);
    }
  }

  /** No more sockets; the ones that are open go on. */
  drain(): void {
    this.#draining = true;
  }

  /** Tells everybody to come back, spread over some seconds, and waits until they are gone. */
  async close(): Promise<void> {
    this.#draining = true;
    this.#heartbeat.close();
    for (const connection of [...this.#connections]) {
      connection.push({ type: 'bye', afterMs: Math.round(FIRST_BACK_MS + this.#ports.random() * SPREAD_MS) });
      connection.flush();
      connection.close('draining', 'Weir is restarting; come back in a moment.');
    }
    await Promise.race([this.#allGone(), this.#ports.sleep(LAST_WORDS_MS)]);
    for (const ws of this.#server.clients) ws.terminate();
    this.#server.close();
  }

  /** The visitor, or the HTTP status of the refusal. */
  async #admit(request: IncomingMessage): Promise<Visitor | number> {
    const { auth, isAllowedOrigin } = this.#ports;
    if (this.#draining) return 503;
    if (request.method !== 'GET' || !isAllowedOrigin(request.headers.origin)) return 403;
    if (this.#isCrowded(request)) return 429;
    const visitor = await auth.visitor(headersOf(request));
    if (visitor === null) return 401;
    return this.#draining ? 503 : visitor;
  }

  /** The address has all the sockets it may have. */
  #isCrowded({ socket }: IncomingMessage): boolean {
    const address = this.#ports.addressOf(socket.remoteAddress ?? '');
    return address !== null && this.#byAddress.of(address).size >= this.#ports.maxPerAddress;
  }

  #open(ws: WebSocket, visitor: Visitor, request: IncomingMessage): void {
    // A browser shows nothing of a refused upgrade, but a close code it does.
    if (this.#byUser.of(visitor.userId).size >= this.#ports.maxPerUser) {
      return ws.close(closeCodes.tooManyConnections, 'Weir is open in too many tabs.');
    }
    const address = this.#ports.addressOf(request.socket.remoteAddress ?? '') ?? '';
    const connection = new Connection(visitor, wsSocket(ws), this.#ports);
    this.#connections.add(connection);
    this.#byAddress.add(address, connection);
    this.#byUser.add(visitor.userId, connection);
    ws.once('close', () => {
      this.#connections.delete(connection);
      this.#byAddress.delete(address, connection);
      this.#byUser.delete(visitor.userId, connection);
    });
    listen(ws, connection);
  }

  async #allGone(): Promise<void> {
    const open = [...this.#server.clients];
    await Promise.all(open.map((ws) => new Promise((resolve) => ws.once('close', resolve))));
  }
}

function headersOf(request: IncomingMessage): Headers {
  const headers = new Headers();
  if (request.headers.cookie !== undefined) headers.set('cookie', request.headers.cookie);
  return headers;
}

const reasons: Record<number, string> = {
  401: 'Unauthorized',
  403: 'Forbidden',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

function refuse(socket: Duplex, status: number): void {
  const retry = status === 429 || status === 503 ? 'Retry-After: 5\r\n' : '';
  socket.end(
    `HTTP/1.1 ${status} ${reasons[status]}\r\n${retry}Connection: close\r\nContent-Length: 0\r\n\r\n`,
  );
}
