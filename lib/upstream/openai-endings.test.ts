import { getEventListeners, once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { createServer as createSocketServer, type Server as SocketServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { Limits } from './clocks.ts';
import { hear } from './heard.ts';
import type { Model } from './model.ts';
import { openaiUpstream } from './openai-model.ts';

const servers: (Server | SocketServer)[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    if ('closeAllConnections' in server) server.closeAllConnections();
    server.close();
  }
});

async function modelAt(server: Server | SocketServer, timeouts: Partial<Limits> = {}): Promise<Model> {
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const baseUrl = `http://127.0.0.1:${port}/v1`;
  return openaiUpstream({ name: 'test', baseUrl, key: null, models: null, timeouts }).model('m');
}

/** A model whose server answers every call with these bytes, then does `after`. */
function model(
  bytes: string,
  after: (response: ServerResponse) => void,
  timeouts?: Partial<Limits>,
  type = 'text/event-stream',
) {
  const server = createServer((request, response) => {
    request.resume().once('end', () => {
      response.writeHead(200, { 'content-type': type });
      response.write(bytes, () => after(response));
    });
  });
  return modelAt(server, timeouts);
}

const stay = () => undefined;
const reset = (response: ServerResponse) => setTimeout(() => response.socket?.resetAndDestroy(), 20);
const end = (response: ServerResponse) => response.end();

const chunk = (choice: object) => `data: ${JSON.stringify({ choices: [{ index: 0, ...choice }] })}\n\n`;
const hello = chunk({ delta: { content: 'hello' } });
const stop = chunk({ delta: {}, finish_reason: 'stop' });
const failure = (code: string) => ({ thrown: expect.objectContaining({ code }) });

async function outcome(of: Promise<Model>) {
  const heard = hear(await of, 'hi');
  return [await heard.outcome, heard.text];
}

describe('behind finish_reason', () => {
  it('[U35] nothing that goes wrong takes anything from the answer', async () => {
    const whole = [{ finish: 'stop', usage: null }, 'hello'];
    expect(await outcome(model(hello + stop, reset))).toEqual(whole);
    expect(await outcome(model(`${hello + stop}data: {"usage":`, end))).toEqual(whole);
    expect(await outcome(model(`${hello + stop}data: broken\n\n`, stay))).toEqual(whole);
    expect(await outcome(model(`${hello + stop}event: error\ndata: late\n\n`, stay))).toEqual(whole);
  });

  it('[U35] silence is waited for only a little', async () => {
    expect(await outcome(model(hello + stop, stay, { tailMs: 30 }))).toEqual([
      { finish: 'stop', usage: null },
      'hello',
    ]);
  });

  it('[F20] [U12] the usage is still read', async () => {
    const usage = 'data: {"choices":[],"usage":{"prompt_tokens":"7","completion_tokens":3}}\n\n';
    const [ending] = await outcome(model(hello + stop + usage, end));
    expect(ending).toEqual({ finish: 'stop', usage: { tokensIn: 7, tokensOut: 3 } });
  });

  it.each([
    ['max_tokens', 'length'],
    ['function_call', 'tool_calls'],
    ['eos', 'stop'],
  ])('[F19] [U12] the word %s means %s', async (word, finish) => {
    const [ending] = await outcome(model(hello + chunk({ delta: {}, finish_reason: word }), end));
    expect(ending).toMatchObject({ finish });
  });

  it('[F12] [U2] an empty word is none, the word error is a failure', async () => {
    const empty = hello + chunk({ delta: {}, finish_reason: '' });
    expect(await outcome(model(empty, end))).toEqual([failure('upstream_truncated'), 'hello']);
    const error = hello + chunk({ delta: {}, finish_reason: 'error' });
    expect(await outcome(model(error, end))).toEqual([failure('upstream_error'), 'hello']);
  });
});

describe('behind [DONE]', () => {
  it('[F27] [U10] an open socket is released at once, without any clock of the call', async () => {
    const patient = { tailMs: 60_000, idleMs: 60_000 };
    expect(await outcome(model(`${hello}data: [DONE]\n\n`, stay, patient))).toEqual([
      { finish: 'stop', usage: null },
      'hello',
    ]);
  });
});

describe('errors told in the stream', () => {
  it.each([
    ['event: error\ndata: it broke', 'upstream_error'],
    ['event: error\ndata: {"type":"overloaded_error","message":"x"}', 'upstream_overloaded'],
    ['event: error\ndata: {"error":{"type":"rate_limit_error"}}', 'upstream_rate_limited'],
    ['data: {"error":"it broke"}', 'upstream_error'],
    ['data: {"error":{"code":"insufficient_quota"}}', 'upstream_quota'],
    ['data: {"error":{"code":"context_length_exceeded"}}', 'context_too_long'],
    ['data: {"error":{"code":"502","message":"x"}}', 'upstream_error'],
    ['data: {"object":"error","message":"x","code":400}', 'upstream_rejected'],
  ])('[F18] [U6] %s is %s', async (event, code) => {
    expect(await outcome(model(`${hello}${event}\n\n`, stay))).toEqual([failure(code), 'hello']);
  });

  it('[F145] [U8] an event of another name is no command: what is no chunk of an answer is left out', async () => {
    const commands = [
      'event: execute\ndata: {"code":"process.exit()"}',
      'event: state\ndata: {"type":"done"}',
      'data: {"type":"error","text":"x"}',
      'data: [{"type":"delta","at":0,"text":"forged"}]',
      'data: {"type":"ack","requestId":"x"}',
      'id: 1\nretry: 0\ndata: {"object":"tool","url":"http://127.0.0.1:9/"}',
    ];
    const bytes = `${hello}${commands.join('\n\n')}\n\n${stop}`;
    expect(await outcome(model(bytes, end))).toEqual([{ finish: 'stop', usage: null }, 'hello']);
  });

  it('[U6] no error is none', async () => {
    const bytes = `data: {"error":null,"choices":[{"delta":{"content":"hello"},"finish_reason":"stop"}]}\n\n`;
    expect(await outcome(model(bytes, end))).toEqual([{ finish: 'stop', usage: null }, 'hello']);
  });
});

describe('one JSON document', () => {
  const json = (body: string, after = end) =>
    outcome(model(body, after, {}, 'application/json; charset=utf-8'));

  it('[F26] [U9] is read when it is a completion, and its error is told', async () => {
    const completion = { choices: [{ message: { content: 'hello' }, finish_reason: 'length' }], usage: null };
    expect(await json(JSON.stringify(completion))).toEqual([{ finish: 'length', usage: null }, 'hello']);
    expect(await json('{"error":{"code":429}}')).toEqual([failure('upstream_rate_limited'), '']);
  });

  it('[F26] [U9] is malformed when it is none', async () => {
    for (const body of ['{"ok":true}', '[]', '{"choices":[{"mess', 'null']) {
      expect(await json(body)).toEqual([failure('upstream_malformed'), '']);
    }
  });
});

describe('an abort', () => {
  it('[U15] leaves no listener behind on a signal that lives on', async () => {
    const { signal } = new AbortController();
    const heard = hear(await model(hello + stop, end), 'hi', signal);
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    await heard.outcome;
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  it('[U15] before the connection stands sends nothing later', async () => {
    const heard: string[] = [];
    const server = createSocketServer((socket) => {
      socket.on('data', (data) => heard.push(data.toString('latin1')));
    });
    const connected = once(server, 'connection');
    const controller = new AbortController();
    const { outcome: ending } = hear(await modelAt(server), 'hi', controller.signal);
    // The request is with undici by then; a connection takes a turn of the event loop.
    for (let turn = 0; turn < 300; turn++) await null;
    controller.abort('stop');
    expect(await ending).toEqual({ thrown: 'stop' });
    await connected;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(heard).toEqual([]);
  });
});

it('[F25] [U8] a prototype is never written to', async () => {
  const bytes = `data: {"__proto__":{"x":1},"choices":[{"__proto__":{"delta":{"content":"no"}},"constructor":1}]}\n\n`;
  expect(await outcome(model(bytes + hello + stop, end))).toEqual([{ finish: 'stop', usage: null }, 'hello']);
  expect(Object.keys(Object.prototype)).toEqual([]);
});
