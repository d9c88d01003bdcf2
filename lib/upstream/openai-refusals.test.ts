import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import { createServer as createSocketServer } from 'node:net';
import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { scriptedUpstream } from './demo/house-fixture.ts';
import { hear } from './heard.ts';
import { openaiUpstream } from './openai-model.ts';

const canary = 'sk-canary-0123456789';
const key = { reveal: () => canary };
const upstream = scriptedUpstream();
const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function listen(server: Server): Promise<number> {
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const serve = (listener: RequestListener) => listen(createServer({ keepAliveTimeout: 1 }, listener));

function at(port: number, settings: { key?: typeof key | null; timeouts?: object; host?: string } = {}) {
  const baseUrl = `http://${settings.host ?? '127.0.0.1'}:${port}/v1`;
  return openaiUpstream({ name: 'test', baseUrl, key, models: null, timeouts: {}, ...settings });
}

const askAt = (port: number, settings?: Parameters<typeof at>[1]) =>
  hear(at(port, settings).model('m'), 'hello').outcome;
const ask = (script: string) => hear(at(upstream().port).model('weir-demo'), `[[script:${script}]]`).outcome;
const failure = (code: string, more: object = {}) => ({ thrown: expect.objectContaining({ code, ...more }) });
const calls = () => upstream().server.control.calls();

describe('a refusal by status', () => {
  it.each([
    [400, 'upstream_rejected', false],
    [401, 'upstream_auth', false],
    [402, 'upstream_quota', false],
    [403, 'upstream_auth', false],
    [404, 'model_not_found', false],
    [408, 'upstream_error', true],
    [409, 'upstream_error', true],
    [413, 'context_too_long', false],
    [422, 'upstream_rejected', false],
    [429, 'upstream_rate_limited', true],
    [500, 'upstream_error', true],
    [502, 'upstream_error', true],
    [503, 'upstream_overloaded', true],
    [504, 'upstream_error', true],
    [529, 'upstream_overloaded', true],
  ])('[F4] [F5] [U16] %i is %s, and one call', async (code, name, retryable) => {
    expect(await ask(`status code=${code}`)).toEqual(failure(name, { retryable }));
    expect(calls()).toHaveLength(1);
  });

  it.each([
    ['429 quota=1', 'upstream_quota', null],
    ['429 shouldRetry=false', 'upstream_quota', null],
    ['status code=503 shouldRetry=false', 'upstream_overloaded', null],
    ['429 retryAfter=120', 'upstream_rate_limited', 120_000],
    ['429 retryAfter=ms:1500', 'upstream_rate_limited', 1500],
    ['429 retryAfter=abc', 'upstream_rate_limited', null],
    ['429 retryAfter=reset:6m0s', 'upstream_rate_limited', 360_000],
    ['status code=500 retryAfter=reset:6m0s', 'upstream_error', null],
    ['status code=503 retryAfter=2', 'upstream_overloaded', 2000],
  ])('[F2] [F3] [U16] %s is %s, retry after %s', async (script, code, retryAfterMs) => {
    const retryable = !script.includes('quota') && !script.includes('false');
    expect(await ask(script)).toEqual(failure(code, { retryable, retryAfterMs }));
    expect(calls()).toHaveLength(1);
  });

  it.each([
    [
      {
        error: {
          message: "This model's maximum context length is 8192 tokens.",
          code: 'context_length_exceeded',
        },
      },
    ],
    [{ object: 'error', message: 'maximum context length is 4096 tokens', code: 400 }],
    [{ detail: 'the request exceeds the available context size' }],
  ])('[F5] [U16] a chat that is too long is told as that: %j', async (body) => {
    const port = await serve((_request, response) => {
      response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
    expect(await askAt(port)).toEqual(failure('context_too_long', { retryable: false }));
  });

  it('[F28] [U21] a redirect is not followed and its target learns nothing', async () => {
    let visits = 0;
    const target = await serve((_request, response) => {
      visits += 1;
      response.end();
    });
    for (const code of [301, 302, 307, 308]) {
      const script = `redirect code=${code} to=http://127.0.0.1:${target}/v1/chat/completions`;
      expect(await ask(script)).toEqual(failure('upstream_rejected', { retryable: false }));
    }
    expect(visits).toBe(0);
  });

  it('[F6] [U19] an error body without end is read to a limit, and the socket closed', async () => {
    expect(await ask('status code=502 endless=1')).toEqual(failure('upstream_error', { retryable: true }));
    await expect.poll(() => upstream().server.control.stats().open).toBe(0);
    expect(await ask('status code=502 html=1')).toEqual(failure('upstream_error'));
  });

  it('[F5] [F169] [F170] [U18] no key, address or word of the upstream is in the failure', async () => {
    const secret = 'SECRET-BODY-77';
    const port = await serve((request, response) => {
      const told = {
        message: `${secret} for ${request.headers.authorization}`,
        code: `${secret} ${canary}`,
        type: secret,
      };
      response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify({ error: told }));
    });
    const shown = inspect(await askAt(port), { depth: 9, showHidden: true });
    expect(shown).toContain('upstream_rejected (HTTP 400)');
    for (const word of [secret, canary, 'authorization', String(port)]) expect(shown).not.toContain(word);
  });
});

describe('the words of a call', () => {
  it('[U23] an upstream that knows no stream_options is called without, now and later', async () => {
    const model = at(upstream().port).model('weir-demo');
    const first = hear(model, '[[script:refuse-usage n=2 d=0]]');
    expect(await first.outcome).toEqual({ finish: 'stop', usage: null });
    expect([first.text, calls().length]).toEqual(['w0 w1', 2]);
    expect(await hear(model, '[[script:refuse-usage n=2 d=0]]').outcome).toMatchObject({ finish: 'stop' });
    expect(calls()).toHaveLength(3);
  });

  it('[U23] a model that wants max_completion_tokens gets it', async () => {
    const bodies: Record<string, unknown>[] = [];
    const port = await serve((request, response) => {
      request.setEncoding('utf8').on('data', (text) => {
        const body = JSON.parse(text);
        bodies.push(body);
        if (body.max_tokens === undefined)
          return response.end('data: {"choices":[{"delta":{"content":"ok"}}]}\n\ndata: [DONE]\n\n');
        const message = "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.";
        response.writeHead(400).end(JSON.stringify({ error: { message } }));
      });
    });
    const sink = { text: () => undefined, reasoning: () => undefined };
    const request = { messages: [{ role: 'user', content: 'x' } as const], maxTokens: 9 };
    await at(port).model('m').stream(request, sink, new AbortController().signal);
    expect(bodies.map((body) => [body.max_tokens, body.max_completion_tokens])).toEqual([
      [9, undefined],
      [undefined, 9],
    ]);
  });

  it('[U34] the key goes to its upstream, and without a key none does', async () => {
    await hear(at(upstream().port).model('weir-demo'), '[[script:paced n=1 d=0]]').outcome;
    await hear(at(upstream().port, { key: null }).model('weir-demo'), '[[script:paced n=1 d=0]]').outcome;
    expect(calls().map((call) => call.hasAuthorization)).toEqual([true, false]);
  });

  it('[U24] calls one after the other use connections again', async () => {
    let connections = 0;
    const server = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(
        'data: {"choices":[{"delta":{"content":"ok"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n',
      );
      response.end();
    });
    server.on('connection', () => {
      connections += 1;
    });
    const model = at(await listen(server)).model('m');
    for (let call = 0; call < 12; call++)
      expect(await hear(model, 'x').outcome).toMatchObject({ finish: 'stop' });
    expect(connections).toBeLessThan(3);
  });
});

describe('the network', () => {
  it('[F7] [U20] nobody listens there', async () => {
    const port = await listen(createSocketServer());
    servers.pop()?.close();
    expect(await askAt(port)).toEqual(failure('upstream_unreachable', { retryable: true }));
  });

  it('[F7] [U20] the name does not resolve', async () => {
    expect(await askAt(80, { host: 'nope.invalid' })).toEqual(
      failure('upstream_unreachable', { retryable: true }),
    );
  });

  it('[F8] [U20] the connection is reset or closed before the headers', async () => {
    expect(await ask('reset-before')).toEqual(failure('upstream_reset', { retryable: true }));
    const closing = await listen(createSocketServer((socket) => socket.once('data', () => socket.end())));
    expect(await askAt(closing)).toEqual(failure('upstream_reset', { retryable: true }));
  });

  it('[U20] what answers is not HTTP', async () => {
    const port = await listen(createSocketServer((socket) => socket.end('SSH-2.0-OpenSSH_9.9\r\n')));
    expect(await askAt(port)).toEqual(failure('upstream_malformed', { retryable: false }));
  });

  it('[F7] [U14] a connection that is never made ends by its clock', async () => {
    const port = await listen(createSocketServer());
    // Only TLS can hang on loopback: the server never says hello.
    const baseUrl = `https://127.0.0.1:${port}/v1`;
    const timeouts = { connectMs: 60 };
    const model = openaiUpstream({ name: 'test', baseUrl, key, models: null, timeouts }).model('m');
    expect(await hear(model, 'x').outcome).toEqual(failure('upstream_unreachable', { retryable: true }));
  });

  it('[U15] an abort while connecting rejects at once and nothing is sent', async () => {
    let bytes = 0;
    const port = await listen(
      createSocketServer((socket) =>
        socket.on('data', (data) => (bytes += data.length)).on('error', () => undefined),
      ),
    );
    const controller = new AbortController();
    const reason = new Error('stop');
    const heard = hear(at(port).model('m'), 'x', controller.signal);
    controller.abort(reason);
    expect(await heard.outcome).toEqual({ thrown: reason });
    expect(bytes).toBe(0);
  });
});
