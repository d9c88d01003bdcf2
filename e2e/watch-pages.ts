import type { BrowserContext } from '@playwright/test';

/** What a page does when its server is away. Allowed where a test takes the server or the network away. */
export const serverAway = [
  /net::ERR_(CONNECTION|EMPTY_RESPONSE|INCOMPLETE|SOCKET|INTERNET|NETWORK|ABORTED)/,
  /WebSocket connection to '[^']*' failed/,
  /status of 50[0-9]/,
];

/**
 * Collects what no page may do: errors, violations of the content policy (browsers report these as errors of the
 * console), requests to anywhere else than `origins`.
 */
export class PageWatch {
  /** Console errors that are part of the test. */
  readonly allowed: RegExp[] = [];
  readonly #found: string[] = [];
  readonly #origins: ReadonlySet<string>;

  constructor(origins: readonly string[]) {
    this.#origins = new Set(origins.flatMap((origin) => [origin, origin.replace(/^http/, 'ws')]));
  }

  over(context: BrowserContext): void {
    context.on('console', (message) => {
      if (message.type() === 'error')
        this.#found.push(`console: ${message.text()} (${message.location().url})`);
    });
    context.on('weberror', (error) => {
      this.#found.push(`uncaught: ${error.error().stack ?? error.error().message}`);
    });
    context.on('request', (request) => this.#asked(request.url()));
    context.on('page', (page) => page.on('websocket', (socket) => this.#asked(socket.url())));
  }

  /** What was found and is not allowed. */
  faults(): string[] {
    return this.#found.filter((text) => !this.allowed.some((pattern) => pattern.test(text)));
  }

  #asked(url: string): void {
    const { protocol, origin } = new URL(url);
    const isInside = ['data:', 'blob:', 'about:'].includes(protocol);
    // Of ws: addresses `origin` is the same as of http: ones in all but the protocol.
    if (!isInside && !this.#origins.has(origin)) this.#found.push(`asked elsewhere: ${url}`);
  }
}
