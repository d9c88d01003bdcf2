import type { ClientMessage } from '#lib/wire/client-message.ts';
import { encodeClientMessage, parseServerFrame } from '#lib/wire/codec.ts';
import { Refusal } from '#lib/wire/error-code.ts';
import { PROTOCOL_VERSION, timing } from '#lib/wire/protocol.ts';
import type { ServerEvent } from '#lib/wire/server-event.ts';
import { BackOff } from './back-off.ts';
import { type Farewell, farewell } from './farewell.ts';
import { SessionRefused } from './session.ts';
import type { ClientSocket, OpenSocket } from './socket-port.ts';
import type { Connection } from './state.ts';

export interface ChatSocketPorts {
  /** Makes sure there is a session. Rejects when it cannot. */
  openSession: () => Promise<void>;
  openSocket: OpenSocket;
  /** Milliseconds since 1970. */
  now: () => number;
  /** In [0, 1). */
  random: () => number;
}

export interface ChatSocketListener {
  changed(connection: Connection): void;
  /** The events of one frame; the first ones of a connection begin with `welcome`. */
  received(events: ServerEvent[]): void;
}

/** From opening the socket to the welcome. */
const WELCOME_MS = 15_000;
/** A connection that lasted this long was a good one. */
const STABLE_MS = 60_000;
/** Frames that do not parse, in a row of short connections, before we take this page for outdated. */
const MAX_GARBLED = 3;

const lost: Farewell = { next: 'come back', reason: 'The connection was lost.', leastMs: 0 };
const outdated: Farewell = {
  next: 'stay away',
  reason: 'Weir has been updated. Reload this page to go on.',
  leastMs: 0,
};

function unreachable(error: unknown): string {
  return error instanceof SessionRefused ? 'Weir could not sign you in.' : 'Weir cannot be reached.';
}

/** One connection that comes back by itself: session, socket, hello, welcome; and again. */
export class ChatSocket {
  readonly #ports: ChatSocketPorts;
  readonly #listener: ChatSocketListener;
  readonly #backOff: BackOff;
  #connection: Connection = { phase: 'connecting', retryAt: null, reason: null, everOpen: false };
  #socket: ClientSocket | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** What belongs to an older attempt is not listened to any more. */
  #attempt = 0;
  #isStarted = false;
  #heardAt = 0;
  #openedAt: number | null = null;
  #byeMs: number | null = null;
  #isRenewed = false;
  #garbled = 0;

  constructor(ports: ChatSocketPorts, listener: ChatSocketListener) {
    this.#ports = ports;
    this.#listener = listener;
    this.#backOff = new BackOff(ports.random);
  }

  start(): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    void this.#connect();
  }

  stop(): void {
    this.#isStarted = false;
    this.#leave();
  }

  /** @returns false when there is no connection to carry it */
  send(message: ClientMessage): boolean {
    if (this.#connection.phase !== 'open' || this.#socket === null) return false;
    this.#socket.send(encodeClientMessage(message));
    return true;
  }

  reconnectNow(): void {
    if (!this.#isStarted || this.#connection.phase === 'open') return;
    this.#backOff.reset();
    this.#isRenewed = false;
    this.#garbled = 0;
    void this.#connect();
  }

  /** The page is looked at again: no reason to wait longer, and a connection that slept is no connection. */
  wake(): void {
    const { phase } = this.#connection;
    const isAsleep = phase === 'open' && this.#silentFor() >= timing.silenceMs;
    if (this.#isStarted && (phase === 'waiting' || isAsleep)) void this.#connect();
  }

  async #connect(): Promise<void> {
    this.#forgive();
    this.#leave();
    const attempt = this.#attempt;
    this.#show({ phase: 'connecting', retryAt: null });
    try {
      await this.#ports.openSession();
    } catch (error) {
      if (attempt === this.#attempt) this.#wait(unreachable(error), 0);
      return;
    }
    if (attempt === this.#attempt) this.#open(attempt);
  }

  #open(attempt: number): void {
    const isMine = () => attempt === this.#attempt;
    this.#timer = setTimeout(() => this.#end(lost), WELCOME_MS);
    this.#socket = this.#ports.openSocket({
      opened: () => {
        if (isMine()) this.#socket?.send(encodeClientMessage({ type: 'hello', protocol: PROTOCOL_VERSION }));
      },
      received: (frame) => {
        if (isMine()) this.#received(frame);
      },
      closed: (code) => {
        if (isMine()) this.#end(farewell(code));
      },
    });
  }

  #received(frame: string): void {
    this.#heardAt = this.#ports.now();
    const events = this.#parse(frame);
    if (events === null) return;
    for (const event of events) {
      if (event.type === 'bye') this.#byeMs = event.afterMs;
      if (event.type === 'beat') this.send({ type: 'beat' });
      if (event.type !== 'welcome') continue;
      if (event.protocol !== PROTOCOL_VERSION) return this.#end(outdated);
      this.#welcomed();
    }
    this.#listener.received(events);
  }

  #parse(frame: string): ServerEvent[] | null {
    try {
      return parseServerFrame(frame);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.#garbled += 1;
      this.#end(this.#garbled < MAX_GARBLED ? lost : outdated);
      return null;
    }
  }

  #welcomed(): void {
    this.#openedAt = this.#heardAt;
    this.#show({ phase: 'open', retryAt: null, reason: null, everOpen: true });
    this.#listen();
  }

  /** Looks again when the silence could be too long; while frames come this costs one timer per period. */
  #listen(): void {
    clearTimeout(this.#timer);
    const left = timing.silenceMs - this.#silentFor();
    if (left <= 0) void this.#connect();
    else this.#timer = setTimeout(() => this.#listen(), left);
  }

  #silentFor(): number {
    const now = this.#ports.now();
    // Somebody turned the clock back.
    if (now < this.#heardAt) this.#heardAt = now;
    return now - this.#heardAt;
  }

  #end({ next, reason, leastMs }: Farewell): void {
    const byeMs = this.#byeMs;
    this.#forgive();
    this.#leave();
    if (next === 'come back') return this.#wait(reason, Math.max(leastMs, byeMs ?? 0));
    if (next === 'renew' && !this.#isRenewed) {
      this.#isRenewed = true;
      void this.#connect();
      return;
    }
    this.#show({ phase: 'stopped', retryAt: null, reason });
  }

  /** After a stable minute old troubles do not count. */
  #forgive(): void {
    if (this.#openedAt === null || this.#ports.now() - this.#openedAt < STABLE_MS) return;
    this.#backOff.reset();
    this.#isRenewed = false;
    this.#garbled = 0;
  }

  #wait(reason: string, leastMs: number): void {
    const delay = Math.max(leastMs, this.#backOff.next());
    this.#show({ phase: 'waiting', retryAt: this.#ports.now() + delay, reason });
    this.#timer = setTimeout(() => void this.#connect(), delay);
  }

  #leave(): void {
    this.#attempt += 1;
    clearTimeout(this.#timer);
    this.#socket?.close();
    this.#socket = null;
    this.#openedAt = null;
    this.#byeMs = null;
  }

  #show(change: Partial<Connection>): void {
    this.#connection = { ...this.#connection, ...change };
    this.#listener.changed(this.#connection);
  }
}
