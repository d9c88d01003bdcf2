import { type IncomingHttpHeaders, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { Context } from 'hono';
import { onTestFinished } from 'vitest';
import type { ApiKeys } from '#lib/auth/api-keys.ts';
import { type MemoryAuth, memoryAuth } from '#lib/auth/memory-auth.ts';
import type { Analyses } from '#lib/jobs/analyses.ts';
import type { Search } from '#lib/jobs/search.ts';
import { type MemoryLog, memoryLog } from '#lib/telemetry/memory-log.ts';
import { Refusal } from '#lib/wire/error-code.ts';
import { createAnalysisRoutes } from './analyses.ts';
import { createApi } from './api.ts';
import { createHandler } from './handler.ts';
import type { MetricsParts } from './metrics.ts';
import { createSearchRoutes } from './search.ts';
import { createHttpServer, type Patience } from './server.ts';
import { type V1WorldOptions, v1World } from './v1/v1-fixture.ts';

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface TestServer {
  origin: string;
  port: number;
  auth: MemoryAuth;
  log: MemoryLog;
  keys: ApiKeys;
  /** What is behind /v1. */
  world: ReturnType<typeof v1World>;
  /** What reached Next's place. */
  seen: { method: string | undefined; url: string | undefined; headers: IncomingHttpHeaders }[];
  ask(method: string, path: string, headers?: Record<string, string>, body?: string): Promise<Answer>;
  /** The same as a page of ours would. */
  askAsPage(method: string, path: string, headers?: Record<string, string>, body?: string): Promise<Answer>;
  /** Sends those bytes, resolves with all that came back once the server closed. */
  raw(...pieces: string[]): Promise<string>;
}

export interface TestServerOptions {
  auth?: MemoryAuth;
  secure?: boolean;
  development?: boolean;
  pingStore?: () => Promise<void>;
  draining?: () => boolean;
  metrics?: MetricsParts;
  v1?: V1WorldOptions;
  analyses?: Analyses;
  search?: Search;
  next?: (req: IncomingMessage, res: ServerResponse) => Promise<unknown>;
  patience?: Patience;
}

/** The HTTP room on a free loopback port, over memory, with a page server of a few lines in Next's place. Closes with the test. */
export async function testServer(options: TestServerOptions = {}): Promise<TestServer> {
  const { auth = memoryAuth(), secure = false, development = false } = options;
  const log = memoryLog();
  const seen: TestServer['seen'] = [];
  const origins = new Set<string>();
  const world = v1World(options.v1);
  const { keys, v1 } = world;
  const api = createApi({
    auth,
    keys,
    v1,
    log,
    origins,
    pingStore: options.pingStore ?? (async () => undefined),
    draining: options.draining ?? (() => false),
    readyWithinMs: 50,
    ...(options.metrics ? { metrics: options.metrics } : {}),
    ...(options.analyses ? { analyses: analysisRoutes(options.analyses, auth) } : {}),
    ...(options.search ? { search: searchRoutes(options.search, auth) } : {}),
  });
  const next = async (req: IncomingMessage, res: ServerResponse) => {
    seen.push({ method: req.method, url: req.url, headers: { ...req.headers } });
    if (options.next) return options.next(req, res);
    res.setHeader('Cache-Control', 's-maxage=31536000');
    return res.end('a page');
  };
  const server = createHttpServer(createHandler({ api, next, log, secure, development }), options.patience);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    world.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  origins.add(origin);
  const ask: TestServer['ask'] = (method, path, headers = {}, body = '') =>
    exchange(port, method, path, headers, body);

  return {
    origin,
    port,
    auth,
    log,
    keys,
    world,
    seen,
    ask,
    askAsPage: (method, path, headers = {}, body) =>
      ask(method, path, { origin, 'sec-fetch-site': 'same-origin', ...headers }, body),
    raw: (...pieces) => rawExchange(port, pieces),
  };
}

function analysisRoutes(analyses: Analyses, auth: MemoryAuth) {
  return createAnalysisRoutes({ analyses, userIdOf: askingAt(auth) });
}

function searchRoutes(search: Search, auth: MemoryAuth) {
  return createSearchRoutes({ search, userIdOf: askingAt(auth), clock: () => performance.now() });
}

function askingAt(auth: MemoryAuth) {
  return async (c: Context) => {
    const visitor = await auth.visitor(c.req.raw.headers);
    if (visitor === null) throw new Refusal('unauthorized', 'Your session has ended.');
    return visitor.userId;
  };
}

function exchange(port: number, method: string, path: string, headers: Record<string, string>, body: string) {
  return new Promise<Answer>((resolve, reject) => {
    const length = body === '' ? {} : { 'content-length': Buffer.byteLength(body) };
    const all = { ...headers, ...length };
    const asked = request({ host: '127.0.0.1', port, method, path, headers: all, agent: false }, (res) => {
      let text = '';
      res.setEncoding('utf8');
      res.on('data', (chunk: string) => {
        text += chunk;
      });
      res.on('error', reject);
      res.on('end', () => resolve({ status: res.statusCode ?? 0, headers: res.headers, body: text }));
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

function rawExchange(port: number, pieces: readonly string[]) {
  return new Promise<string>((resolve, reject) => {
    let text = '';
    const socket = connect(port, '127.0.0.1', () => {
      for (const piece of pieces) socket.write(piece);
    });
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => {
      text += chunk;
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(text));
  });
}
