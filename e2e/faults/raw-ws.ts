import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { SOCKET_PATH } from '#lib/wire/protocol.ts';
import { Changes } from './changes.ts';

/** Opcodes of RFC 6455. */
export const op = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

export interface FrameShape {
  readonly opcode?: number;
  /** False: more pieces of the same message follow. */
  readonly fin?: boolean;
  /** Reserved bits, 1 (RSV3) to 4 (RSV1, compression). */
  readonly reserved?: number;
  /** Clients must mask; false breaks the protocol. */
  readonly masked?: boolean;
  /** The length that the header claims; by default what there is. */
  readonly claims?: bigint;
}

/** One frame by hand, legal or not. */
export function frame(content: string | Uint8Array, shape: FrameShape = {}): Buffer {
  const { opcode = op.text, fin = true, reserved = 0, masked = true } = shape;
  const payload = Buffer.from(content);
  const length = shape.claims ?? BigInt(payload.length);
  const head = [(fin ? 0x80 : 0) | (reserved << 4) | opcode];
  const mask = masked ? 0x80 : 0;
  const extended = Buffer.alloc(length < 126n ? 0 : length < 0x10000n ? 2 : 8);
  head.push(mask | (extended.length === 0 ? Number(length) : extended.length === 2 ? 126 : 127));
  if (extended.length === 2) extended.writeUInt16BE(Number(length));
  if (extended.length === 8) extended.writeBigUInt64BE(length);
  if (!masked) return Buffer.concat([Buffer.from(head), extended, payload]);
  const key = randomBytes(4);
  for (let at = 0; at < payload.length; at++) payload[at] = (payload[at] ?? 0) ^ (key[at % 4] ?? 0);
  return Buffer.concat([Buffer.from(head), extended, key, payload]);
}

export interface Handshake {
  /** Of the request line. */
  readonly target?: string;
  /** As they are to stand there, in this order; a name may come twice. Null leaves out a usual one. */
  readonly headers?: ReadonlyArray<readonly [name: string, value: string | null]>;
}

/** A request for an upgrade as bytes, by default one that only lacks the session and its origin. */
export function handshake(port: number, { target = SOCKET_PATH, headers = [] }: Handshake = {}): string {
  const usual = [
    ['Host', `localhost:${port}`],
    ['Connection', 'Upgrade'],
    ['Upgrade', 'websocket'],
    ['Sec-WebSocket-Version', '13'],
    ['Sec-WebSocket-Key', randomBytes(16).toString('base64')],
  ] as const;
  const isGiven = (name: string) => headers.some(([given]) => given.toLowerCase() === name.toLowerCase());
  const lines = [
    ...usual.filter(([name]) => !isGiven(name)),
    ...headers.filter(([, value]) => value !== null),
  ];
  return `GET ${target} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
}

/** A WebSocket by hand on a TCP socket: breaks the protocol, never answers a ping, reads only when told to. */
export class RawWs {
  readonly socket: Socket;
  /** Everything the server sent, as it came; nothing while reading is paused. */
  received = Buffer.alloc(0);
  /** The server ended or reset the connection. */
  isClosed = false;
  readonly #changes = new Changes();

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (bytes) => {
      this.received = Buffer.concat([this.received, bytes]);
      this.#changes.happened();
    });
    // A reset is one of the answers that are waited for; the close that follows it is what counts.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.isClosed = true;
      this.#changes.happened();
    });
  }

  /** Connected, and nothing said yet: the handshake can stall anywhere. */
  static async connect(port: number): Promise<RawWs> {
    const socket = connect({ port, host: '127.0.0.1' });
    const raw = new RawWs(socket);
    await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    return raw;
  }

  /** Upgraded. Throws with the server's answer when it refuses. */
  static async open(port: number, wish: Handshake): Promise<RawWs> {
    const raw = await RawWs.connect(port);
    raw.write(handshake(port, wish));
    const status = await raw.status();
    if (status === 101) return raw;
    raw.destroy();
    throw new Error(`no upgrade: ${raw.received}`);
  }

  write(bytes: string | Uint8Array): void {
    if (!this.socket.destroyed) this.socket.write(bytes);
  }

  /** Of the answer to the handshake; null when the server hangs up without one. */
  status(): Promise<number | null> {
    return this.until(() => {
      const [, code] = /^HTTP\/1\.1 (\d{3})[\s\S]*?\r\n\r\n/.exec(this.received.toString('latin1')) ?? [];
      return code !== undefined ? Number(code) : this.isClosed ? null : undefined;
    }, 'an answer to the handshake');
  }

  /** The code of the close frame, once the server has hung up; null without one (1005 when it names no code). */
  async closeCode(): Promise<number | null> {
    await this.until(() => (this.isClosed ? true : undefined), 'the end of the connection');
    const close = this.frames().find(({ opcode }) => opcode === op.close);
    if (close === undefined) return null;
    return close.payload.length < 2 ? 1005 : close.payload.readUInt16BE(0);
  }

  /** The whole frames after the answer to the handshake. */
  frames(): Array<{ opcode: number; payload: Buffer }> {
    const found = [];
    let rest = this.received.subarray(this.received.indexOf('\r\n\r\n') + 4);
    for (;;) {
      const [first = 0, second = 0] = rest;
      const at = second < 126 ? 2 : second === 126 ? 4 : 10;
      if (rest.length < at) return found;
      const size = at === 2 ? second : at === 4 ? rest.readUInt16BE(2) : Number(rest.readBigUInt64BE(2));
      if (rest.length < at + size) return found;
      found.push({ opcode: first & 0x0f, payload: rest.subarray(at, at + size) });
      rest = rest.subarray(at + size);
    }
  }

  /** What `find` gives as soon as it gives something. */
  until<T>(find: () => T | undefined, what: string): Promise<T> {
    return this.#changes.until(find, what);
  }

  destroy(): void {
    this.socket.destroy();
  }
}
