import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Caught {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/**
 * Somebody else's site. Under `sameSite` it is same-site but cross-origin with a server on `localhost` (ports do not count,
 * so Lax cookies are sent), under `crossSite` it is neither. A test with only one of them proves half.
 */
export class EvilOrigin {
  /** Requests that no page answered: what its scripts report to it, for example. */
  readonly caught: Caught[] = [];
  readonly #pages = new Map<string, string>();
  readonly #server: Server;
  readonly #port: number;

  private constructor(server: Server) {
    this.#server = server;
    this.#port = (server.address() as AddressInfo).port;
    server.on('request', async (request, response) => {
      const url = request.url ?? '/';
      const page = request.method === 'GET' ? this.#pages.get(url) : undefined;
      const { method = '', headers } = request;
      if (page === undefined) this.caught.push({ method, url, headers, body: await bodyOf(request) });
      response.writeHead(page === undefined ? 204 : 200, { 'content-type': 'text/html; charset=utf-8' });
      response.end(page);
    });
  }

  static async start(): Promise<EvilOrigin> {
    const server = createServer();
    // Browsers may take either address for localhost; this is the one that both names have everywhere.
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(0, '127.0.0.1', resolve);
    });
    return new EvilOrigin(server);
  }

  get sameSite(): string {
    return `http://localhost:${this.#port}`;
  }

  get crossSite(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Serves `html` under `path`. */
  page(path: string, html: string): void {
    this.#pages.set(path, html);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString('utf8');
}
