import { createServer, type Server } from 'node:http';
import type { Listener } from './handler.ts';

export interface Patience {
  /** Milliseconds until the whole head of a request is here, then 408. */
  headersMs: number;
  /** Milliseconds until the whole request is here, body included, then 408. */
  requestMs: number;
  /** Milliseconds that an idle connection stays. Longer than the minute usual in proxies, which else reuse a closed one. */
  idleMs: number;
  /** How often the two above are looked at. */
  checkMs: number;
}

/** A file of 200 MB may take minutes; `body.ts` has the clocks of all smaller bodies and of silence. */
const usual: Patience = { headersMs: 10_000, requestMs: 900_000, idleMs: 65_000, checkMs: 2_000 };

/** An HTTP server that a slow or endless client cannot hold. Sockets handed to an upgrade are out of its clocks. */
export function createHttpServer(listener: Listener, patience: Patience = usual): Server {
  return createServer(
    {
      headersTimeout: patience.headersMs,
      requestTimeout: patience.requestMs,
      keepAliveTimeout: patience.idleMs,
      connectionsCheckingInterval: patience.checkMs,
      maxHeaderSize: 16 * 1024,
      requireHostHeader: true,
      insecureHTTPParser: false,
    },
    listener,
  );
}
