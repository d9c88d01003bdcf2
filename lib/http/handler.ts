import type { IncomingMessage, ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import type { Log } from '#lib/telemetry/log.ts';
import { dropInternal } from './inbound.ts';
import { methodNotAllowed, notFound, ownFault, type Problem, problemBody } from './problem.ts';
import {
  commonHeaders,
  dataPolicy,
  filePolicy,
  newNonce,
  pagePolicy,
  type Safety,
} from './security-headers.ts';
import { pathOf, routeOf } from './target.ts';

export type Listener = (req: IncomingMessage, res: ServerResponse) => void;
type Next = (req: IncomingMessage, res: ServerResponse) => Promise<unknown>;

export interface HandlerParts extends Safety {
  api: { fetch: Parameters<typeof getRequestListener>[0] };
  /** Next's request handler: everything that is not the API. */
  next: Next;
  log: Log;
}

const badTarget: Problem = {
  status: 400,
  code: 'bad_request',
  message: 'The request line must hold a path of this server.',
};

/** What the HTTP server calls for each request. Never throws and never rejects. */
export function createHandler({ api, next, log, secure, development }: HandlerParts): Listener {
  const common = new Map(Object.entries(commonHeaders({ secure })));
  const hono = getRequestListener(api.fetch, { overrideGlobalObjects: false });

  const page = (req: IncomingMessage, res: ServerResponse) => {
    const policy = pagePolicyFor(req, development);
    res.setHeader('Content-Security-Policy', policy);
    keepPrivate(res);
    return next(req, res);
  };
  const answer = async (req: IncomingMessage, res: ServerResponse): Promise<unknown> => {
    const path = pathOf(req.url);
    if (path === null) return refuse(req, res, badTarget);
    const route = routeOf(path, development);
    if (route === 'api') return hono(req, res);
    if (route === 'refused') return refuse(req, res, notFound);
    const reading = req.method === 'GET' || req.method === 'HEAD';
    if (!reading && route !== 'devtools') return refuse(req, res, methodNotAllowed('GET, HEAD'));
    if (route === 'page') return page(req, res);
    res.setHeader('Content-Security-Policy', filePolicy);
    return next(req, res);
  };

  return (req, res) => {
    dropInternal(req.headers);
    res.setHeaders(common);
    res.setHeader('Content-Security-Policy', dataPolicy);
    answer(req, res).catch((err: unknown) => {
      log.error({ err, method: req.method, path: pathOf(req.url) }, 'request failed');
      fail(req, res);
    });
  };
}

/** Next takes the nonce for its own scripts from the policy in the request; `x-nonce` is for scripts of ours. */
function pagePolicyFor(req: IncomingMessage, development: boolean): string {
  const nonce = newNonce();
  const policy = pagePolicy(nonce, { development });
  req.headers['content-security-policy'] = policy;
  req.headers['x-nonce'] = nonce;
  return policy;
}

/** A page holds a nonce and a person's chats: no cache may keep it, whatever Next says of it. */
function keepPrivate(res: ServerResponse) {
  const setHeader = res.setHeader.bind(res);
  setHeader('Cache-Control', 'private, no-store');
  res.setHeader = (name, value) => (name.toLowerCase() === 'cache-control' ? res : setHeader(name, value));
}

function refuse(req: IncomingMessage, res: ServerResponse, problem: Problem) {
  const body = JSON.stringify(problemBody(problem));
  const length = Buffer.byteLength(body);
  // A body that nobody reads would be taken for the next request: close instead.
  const last = req.method === 'GET' || req.method === 'HEAD' ? {} : { Connection: 'close' };
  const headers = {
    'Content-Type': 'application/json',
    'Cache-Control': 'no-store',
    'Content-Length': length,
  };
  res.writeHead(problem.status, { ...headers, ...problem.headers, ...last });
  res.end(req.method === 'HEAD' ? undefined : body);
}

function fail(req: IncomingMessage, res: ServerResponse) {
  if (res.headersSent) res.destroy();
  else refuse(req, res, ownFault);
}
