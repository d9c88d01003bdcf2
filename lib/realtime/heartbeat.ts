import { timing } from '#lib/wire/protocol.ts';
import type { Connection } from './connection.ts';

const CHECK_MS = 1_000;
const HELLO_MS = 15_000;
/** Silence beyond the last beat after which nobody is there: a living browser answers pings by itself. */
const GRACE_MS = 10_000;

export interface HeartbeatPorts {
  /** Every open connection, greeted or not. */
  connections: ReadonlySet<Connection>;
  /** Milliseconds, monotonic. */
  clock: () => number;
  /** Milliseconds since 1970. */
  now: () => number;
}

/** Beats every connection, spread over the period, and lets go of those that are silent, unknown or expired. */
export class Heartbeat {
  readonly #ports: HeartbeatPorts;
  readonly #joined = new WeakMap<Connection, { at: number; beatAt: number }>();
  #timer: NodeJS.Timeout | undefined;

  constructor(ports: HeartbeatPorts) {
    this.#ports = ports;
  }

  start(): void {
    this.#timer = setInterval(() => this.check(), CHECK_MS);
    this.#timer.unref();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  check(): void {
    const clock = this.#ports.clock();
    const now = this.#ports.now();
    for (const connection of [...this.#ports.connections]) this.#look(connection, clock, now);
  }

  #look(connection: Connection, clock: number, now: number): void {
    const life = this.#joined.get(connection) ?? { at: clock, beatAt: clock };
    this.#joined.set(connection, life);
    if (clock - connection.heardAt > timing.beatMs + GRACE_MS) return connection.terminate();
    if (!connection.hasSaidHello && clock - life.at > HELLO_MS)
      return connection.close('noHello', 'Say hello first.');
    if (now > connection.visitor.expiresAt)
      return connection.close('unauthorized', 'Your session has expired.');
    if (clock - life.beatAt < timing.beatMs) return;
    life.beatAt = clock;
    connection.beat();
  }
}
