import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a collector does with a batch: `silent` takes it and never answers, `refusing` says 400 and why. */
export type Manner = 'taking' | 'silent' | 'refusing';

export interface Received {
  path: string;
  headers: Record<string, string | string[] | undefined>;
  /** The parsed JSON. */
  body: unknown;
}

export interface FakeCollector {
  endpoint: string;
  received: Received[];
  /** Requests that somebody still waits for. */
  readonly pending: number;
  setManner(manner: Manner): void;
  /** Resolves once a batch for that path has come, also one that came before. */
  batch(path: string): Promise<Received>;
  close(): Promise<void>;
}

/** An OTLP collector on a free loopback port. */
export async function fakeCollector(manner: Manner = 'taking'): Promise<FakeCollector> {
  const received: Received[] = [];
  const waiting = new Map<string, PromiseWithResolvers<Received>>();
  const waitFor = (path: string) => {
    const waiter = waiting.get(path) ?? Promise.withResolvers<Received>();
    waiting.set(path, waiter);
    return waiter;
  };
  let current = manner;
  let pending = 0;
  const server = createServer(async (request, response) => {
    pending += 1;
    response.once('close', () => {
      pending -= 1;
    });
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    const { url = '', headers } = request;
    const batch = { path: url, headers, body: JSON.parse(Buffer.concat(parts).toString()) };
    received.push(batch);
    waitFor(url).resolve(batch);
    if (current === 'silent') return;
    response.writeHead(current === 'taking' ? 200 : 400, { 'Content-Type': 'application/json' });
    response.end(current === 'taking' ? '{}' : '{"message":"canary of the collector"}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    get pending() {
      return pending;
    },
    setManner(next) {
      current = next;
    },
    batch: (path) => waitFor(path).promise,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
