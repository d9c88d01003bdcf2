// A paced OpenAI-compatible server, run as a process of its own: `node bench/upstream.ts <model> …`. Prints its address.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { clockUs } from './clock.ts';
import { PacedAnswer } from './paced-answer.ts';
import { scriptOf } from './script.ts';
import { Wheel } from './wheel.ts';

/** What `GET /stats` answers: everything since the last `POST /reset`. */
export interface UpstreamStats {
  started: number;
  ended: number;
  aborted: number;
  open: number;
  mostOpen: number;
  tokens: number;
  /** How late tokens were written, in milliseconds: the upstream itself had too much to do. */
  mostLateMs: number;
  lateMs: number;
}

const TICK_MS = 4;
const nowMs = () => clockUs() / 1_000;
const models = process.argv.slice(2);
const wheel = new Wheel(TICK_MS, nowMs());
const fresh = { started: 0, ended: 0, aborted: 0, mostOpen: 0, tokens: 0, mostLateMs: 0, lateMs: 0 };
let stats: UpstreamStats = { ...fresh, open: 0 };
let calls = 0;

setInterval(() => wheel.turn(nowMs()), TICK_MS);

const server = createServer(
  { keepAliveTimeout: 60_000, requestTimeout: 0, noDelay: true },
  (request, response) => {
    route(request, response).catch((error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
      process.exit(1);
    });
  },
);
server.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 }, () => {
  process.stdout.write(`ready on http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});

async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = request.url?.split('?', 1)[0] ?? '';
  if (path === '/stats') return json(response, 200, stats);
  if (path.endsWith('/models')) {
    const data = models.map((id) => ({ id, object: 'model', created: 1_700_000_000, owned_by: 'bench' }));
    return json(response, 200, { object: 'list', data });
  }
  const body = await textOf(request);
  if (path === '/reset') {
    stats = { ...fresh, open: stats.open, mostOpen: stats.open };
    return json(response, 200, stats);
  }
  if (path.endsWith('/chat/completions')) return complete(JSON.parse(body), response);
  json(response, 404, { error: { message: 'not found', type: 'invalid_request_error', code: null } });
}

function complete(
  body: { model: string; stream_options?: { include_usage?: boolean } },
  response: ServerResponse,
): void {
  const script = scriptOf(body.model);
  const { socket } = response;
  if (script === null || socket === null)
    return json(response, 404, { error: { message: 'no such model', code: 'model_not_found' } });
  calls += 1;
  stats.started += 1;
  stats.open += 1;
  stats.mostOpen = Math.max(stats.mostOpen, stats.open);
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
  });
  response.flushHeaders();
  const answer = new PacedAnswer({
    id: `chatcmpl-bench${calls}`,
    model: body.model,
    script,
    usage: body.stream_options?.include_usage === true,
    socket,
    nowMs: nowMs(),
    onToken: late,
    onEnd: () => response.end(),
    again: (due) => wheel.add(due),
  });
  response.once('close', () => {
    stats.open -= 1;
    if (response.writableEnded) stats.ended += 1;
    else stats.aborted += 1;
    answer.abort();
  });
  wheel.add(answer);
}

function late(lateMs: number): void {
  stats.tokens += 1;
  stats.lateMs += lateMs;
  stats.mostLateMs = Math.max(stats.mostLateMs, lateMs);
}

async function textOf(request: IncomingMessage): Promise<string> {
  request.setEncoding('utf8');
  let text = '';
  for await (const part of request) text += part;
  return text;
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
