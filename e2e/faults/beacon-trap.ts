import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server that nobody may ever talk to: remembers whoever does. */
export class BeaconTrap {
  readonly port: number;
  /** Method and target of every request. */
  readonly requests: string[] = [];
  /** TCP connections, also those that said nothing. */
  connections = 0;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
    server.on('connection', () => {
      this.connections += 1;
    });
    server.on('request', (request, response) => {
      this.requests.push(`${request.method} ${request.url}`);
      // An image that pages may load: what is refused must not be refused for its type.
      response.writeHead(200, { 'content-type': 'image/svg+xml', 'access-control-allow-origin': '*' });
      response.end('<svg xmlns="http://www.w3.org/2000/svg"/>');
    });
    server.on('upgrade', (request, socket) => {
      this.requests.push(`UPGRADE ${request.url}`);
      socket.destroy();
    });
  }

  static async start(): Promise<BeaconTrap> {
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(0, '127.0.0.1', resolve);
    });
    return new BeaconTrap(server);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
