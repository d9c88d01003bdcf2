import { getConnInfo } from '@hono/node-server/conninfo';
import { OpenAPIHono } from '@hono/zod-openapi';
import type { Context, Hono } from 'hono';
import { createMiddleware } from 'hono/factory';
import type { ApiKeys } from '#lib/auth/api-keys.ts';
import type { Auth } from '#lib/auth/auth.ts';
import { allowedOrigin } from '#lib/auth/origins.ts';
import type { Log } from '#lib/telemetry/log.ts';
import { type BodyEnv, bodyWithin } from './body.ts';
import { createDocs } from './docs.ts';
import { createKeys } from './keys.ts';
import { type MetricsParts, metricsProblem, serveMetrics } from './metrics.ts';
import {
  foreignOrigin,
  methodNotAllowed,
  notFound,
  type Problem,
  problemBody,
  problemOf,
  tooLarge,
} from './problem.ts';
import type { V1App } from './v1/v1-env.ts';

export interface ApiParts {
  auth: Auth;
  keys: ApiKeys;
  /** Everything below /v1. */
  v1: V1App;
  /** Resolves when the database answered; rejects when it did not. */
  pingStore: () => Promise<void>;
  /** True from SIGTERM on: no new work is taken. */
  draining: () => boolean;
  /** Where our pages live, exactly. */
  origins: ReadonlySet<string>;
  log: Log;
  /** Left out, there is no `/metrics`. */
  metrics?: MetricsParts;
  /** What is under /api/batches; it reads its bodies itself. */
  batches?: Hono;
  /** What is under /api/analyses; the same. */
  analyses?: Hono<BodyEnv>;
  /** What is under /api/search. */
  search?: OpenAPIHono<BodyEnv>;
  /** Milliseconds that the database has to answer `/readyz`. */
  readyWithinMs?: number;
}

const mostBytes = 64 * 1024;

/** Everything under /api and /v1, and the addresses that supervisors ask. GET changes nothing. */
export function createApi(parts: ApiParts): OpenAPIHono<BodyEnv> {
  const api = new OpenAPIHono<BodyEnv>();
  api.get('/healthz', (c) => c.json({ alive: true }, 200, { 'Cache-Control': 'no-store' }));
  api.get('/readyz', (c) => ready(c, parts));
  api.get('/metrics', (c) => metrics(c, parts.metrics));
  api.use('/api/*', privately, ownPagesOnly(parts.origins));
  if (parts.batches) api.route('/api/batches', parts.batches);
  if (parts.analyses) api.route('/api/analyses', parts.analyses);
  api.use('/api/*', smallBody);
  api.post('/api/session', (c) => enter(c, parts.auth));
  api.delete('/api/session', (c) => leave(c, parts.auth));
  api.all('/api/session', (c) => refuse(c, methodNotAllowed('POST, DELETE')));
  api.route('/api/keys', createKeys(parts));
  if (parts.search) api.route('/api/search', parts.search);
  api.route('/v1', parts.v1);
  api.route('/api', createDocs(api, parts.origins));
  api.on(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'], ['/healthz', '/readyz', '/metrics'], (c) =>
    refuse(c, methodNotAllowed('GET, HEAD')),
  );
  api.notFound((c) => refuse(c, notFound));
  api.onError((error, c) => {
    const problem = problemOf(error);
    if (problem.status >= 500) {
      parts.log.error(
        { err: error, cause: error.cause, method: c.req.method, path: c.req.path },
        'request failed',
      );
    }
    return refuse(c, problem);
  });
  return api;
}

async function enter(c: Context, auth: Auth) {
  const { visitor, setCookie } = await auth.enter(c.req.raw.headers, getConnInfo(c).remote.address ?? '');
  for (const cookie of setCookie) c.header('Set-Cookie', cookie, { append: true });
  return c.json({ userId: visitor.userId, guest: visitor.guest });
}

async function leave(c: Context, auth: Auth) {
  const { setCookie } = await auth.leave(c.req.raw.headers);
  for (const cookie of setCookie) c.header('Set-Cookie', cookie, { append: true });
  return c.body(null, 204);
}

async function ready(c: Context, { pingStore, draining, log, readyWithinMs = 2_000 }: ApiParts) {
  const late = AbortSignal.timeout(readyWithinMs);
  const tooLate = new Promise<never>((_resolve, reject) => {
    late.addEventListener('abort', () => reject(late.reason), { once: true });
  });
  const database = await Promise.race([pingStore(), tooLate]).then(
    () => true,
    (error: unknown) => {
      log.warn({ err: error }, 'the database did not answer the readiness check');
      return false;
    },
  );
  const leaving = draining();
  const status = database && !leaving ? 200 : 503;
  return c.json({ ready: status === 200, database, draining: leaving }, status, {
    'Cache-Control': 'no-store',
  });
}

async function metrics(c: Context, parts: MetricsParts | undefined) {
  if (parts === undefined) return refuse(c, notFound);
  const problem = metricsProblem(c, parts);
  return problem === null ? serveMetrics(c, parts) : refuse(c, problem);
}

const privately = createMiddleware(async (c, next) => {
  await next();
  c.header('Cache-Control', 'private, no-store');
});

/** Whoever reads it or not: what is sent must not fill the memory. */
const smallBody = createMiddleware<BodyEnv>(async (c, next) => {
  const body = await bodyWithin(c.req.raw, mostBytes);
  if (body === null) return refuse(c, tooLarge);
  c.set('body', body);
  return next();
});

/** Against forged requests: whoever changes something must be a page of ours, and browsers cannot lie about that. */
function ownPagesOnly(origins: ReadonlySet<string>) {
  return createMiddleware(async (c, next) => {
    const reading = c.req.method === 'GET' || c.req.method === 'HEAD';
    const site = c.req.header('sec-fetch-site') ?? 'same-origin';
    const own = site === 'same-origin' && allowedOrigin(c.req.header('origin'), origins);
    return reading || own ? next() : refuse(c, foreignOrigin);
  });
}

function refuse(c: Context, problem: Problem) {
  return c.json(problemBody(problem), problem.status, problem.headers);
}
