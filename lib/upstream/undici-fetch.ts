import { Pool } from 'undici';
import { Exchange } from './undici-exchange.ts';

/** What a call adds to its request, so that it holds the socket and not only the Response. */
export interface ExchangeOptions {
  exchange: Exchange;
  redirect: 'manual';
}

export type UpstreamFetch = typeof globalThis.fetch & {
  /** All connections are closed, open answers fail. */
  close(): Promise<void>;
};

/**
 * A `fetch` for one origin. Connections are kept alive and not counted (the gate counts calls), redirects are not
 * followed, nothing is unpacked, and no clock of undici's runs but the one for connecting.
 */
export function upstreamFetch(origin: string, connectMs: number): UpstreamFetch {
  const pool = new Pool(origin, {
    connections: null,
    allowH2: false,
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: { timeout: connectMs },
  });
  const call = (input: RequestInfo | URL, init: RequestInit = {}) => {
    const url = new URL(input instanceof Request ? input.url : input);
    // A key of one server must never reach another, whatever the SDK makes of a path.
    if (url.origin !== origin) throw new TypeError('an upstream is called at its own origin only');
    const exchange = 'exchange' in init && init.exchange instanceof Exchange ? init.exchange : new Exchange();
    if (exchange.isClosed) return exchange.head;
    const headers = Object.fromEntries(new Headers(init.headers));
    pool.dispatch(
      {
        path: url.pathname + url.search,
        method: init.method ?? 'GET',
        headers: { ...headers, 'accept-encoding': 'identity' },
        // undici would put a string into its pool of buffers and hold on to it until the answer ends.
        body: typeof init.body === 'string' ? new TextEncoder().encode(init.body) : null,
      },
      exchange,
    );
    return exchange.head;
  };
  return Object.assign(call, { close: () => pool.destroy() });
}
