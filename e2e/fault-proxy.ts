import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * `forward`: as if it were not there. `down`: refuses. `blackHole`: takes everything and passes nothing, no FIN, as a
 * network that is gone without a word. `deaf`: the server hears, the browser does not.
 */
export type ProxyMode = 'forward' | 'down' | 'blackHole' | 'deaf';

/** Stands between browser and server. Browsers do not cut WebSockets when they are set offline; this does. */
export class FaultProxy {
  readonly port: number;
  /** Where connections go; may change while the server is away. */
  target: number;
  /** Milliseconds that every piece is late, each way. */
  latencyMs = 0;
  readonly #server: Server;
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  #mode: ProxyMode = 'forward';

  private constructor(server: Server, port: number, target: number) {
    this.#server = server;
    this.port = port;
    this.target = target;
    server.on('connection', (socket) => this.#connected(socket));
  }

  static async start(target = 0): Promise<FaultProxy> {
    const server = createServer({ allowHalfOpen: true });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(0, '127.0.0.1', resolve);
    });
    const address = server.address();
    if (typeof address !== 'object' || address === null) throw new Error('the proxy has no port');
    return new FaultProxy(server, address.port, target);
  }

  get url(): string {
    return `http://localhost:${this.port}`;
  }

  forward(): void {
    this.#mode = 'forward';
    for (const pair of this.#pairs) for (const socket of pair) socket.resume();
  }

  /** Resets every connection there is; new ones go through. */
  cut(): void {
    for (const pair of this.#pairs) for (const socket of pair) socket.resetAndDestroy();
  }

  /** Resets every connection and refuses new ones. */
  down(): void {
    this.#mode = 'down';
    this.cut();
  }

  /** Passes nothing on and tells nobody. */
  blackHole(): void {
    this.#mode = 'blackHole';
    for (const pair of this.#pairs) for (const socket of pair) socket.pause();
  }

  /** Passes on what the browser says and nothing of what the server answers. */
  deafen(): void {
    this.#mode = 'deaf';
    for (const [, server] of this.#pairs) server.pause();
  }

  async stop(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #connected(browser: Socket): void {
    if (this.#mode === 'down') {
      browser.resetAndDestroy();
      return;
    }
    const server = connect({ port: this.target, host: '127.0.0.1', allowHalfOpen: true });
    const pair = [browser, server] as const;
    this.#pairs.add(pair);
    this.#pass(browser, server);
    this.#pass(server, browser);
    const gone = () => {
      this.#pairs.delete(pair);
      browser.destroy();
      server.destroy();
    };
    for (const socket of pair) socket.on('error', gone).on('close', gone);
    if (this.#mode === 'blackHole') browser.pause();
    if (this.#mode !== 'forward') server.pause();
  }

  #pass(from: Socket, to: Socket): void {
    let turn: Promise<unknown> = Promise.resolve();
    const inTurn = (act: () => void) => {
      if (this.latencyMs === 0) turn = turn.then(act);
      else {
        const due = sleep(this.latencyMs);
        turn = turn.then(() => due).then(act);
      }
    };
    from.on('data', (bytes) => inTurn(() => to.write(bytes)));
    from.on('end', () => inTurn(() => to.end()));
  }
}
