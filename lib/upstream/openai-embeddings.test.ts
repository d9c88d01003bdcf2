import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { scriptedUpstream } from './demo/house-fixture.ts';
import { embeddingContract } from './embedding-contract.ts';
import { embeddingsIn } from './openai-embeddings.ts';
import { openaiUpstream } from './openai-model.ts';

const upstream = scriptedUpstream();
const at = (port: number, timeouts: { firstContentMs?: number } = {}) =>
  openaiUpstream({
    name: 'test',
    baseUrl: `http://127.0.0.1:${port}/v1`,
    key: null,
    models: null,
    timeouts,
  }).embedding('weir-demo');
const never = () => new AbortController().signal;

embeddingContract('an OpenAI-compatible server', () => ({
  model: at(upstream().port),
  bad: '[[script:status code=400]]',
  hang: '[[script:hang]]',
  open: () => upstream().server.control.stats().open,
}));

/** A server of its own, with the body of each request. */
async function serve(answer: (body: Record<string, unknown>, response: ServerResponse) => void) {
  const server = createServer(async (request: IncomingMessage, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    answer(JSON.parse(Buffer.concat(parts).toString()), response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

const floats = (...vectors: number[][]) =>
  JSON.stringify({ data: vectors.map((embedding, index) => ({ index, embedding })) });

describe('embeddings of a server', () => {
  it.each([
    ['401', 'upstream_auth', false],
    ['429', 'upstream_rate_limited', true],
    ['500', 'upstream_error', true],
  ])('[U16] HTTP %s is %s', async (status, code, retryable) => {
    const inputs = [`[[script:status code=${status}]]`];
    const made = at(upstream().port).embed({ inputs }, never());
    await expect(made).rejects.toMatchObject({ code, retryable });
  });

  it('[U14] one that says nothing ends by the clock, and is closed', async () => {
    const made = at(upstream().port, { firstContentMs: 80 }).embed({ inputs: ['[[script:hang]]'] }, never());
    await expect(made).rejects.toMatchObject({ code: 'upstream_timeout', retryable: true });
    await expect.poll(() => upstream().server.control.stats().open).toBe(0);
  });

  it('[U23] one that knows no base64 is asked for numbers, now and later', async () => {
    const asked: unknown[] = [];
    const port = await serve((body, response) => {
      asked.push(body.encoding_format);
      if (body.encoding_format === 'float') return response.end(floats([1, 2]));
      const error = { message: "encoding_format 'base64' is not supported" };
      response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify({ error }));
    });
    const model = at(port);
    for (const inputs of [['a'], ['b']]) {
      expect((await model.embed({ inputs }, never())).vectors).toEqual([Float32Array.of(1, 2)]);
    }
    expect(asked).toEqual(['base64', 'float', 'float']);
  });
});

describe('the body of an answer', () => {
  it('[U51] is read by index, as numbers or base64, with or without usage', () => {
    const packed = Buffer.from(Float32Array.of(3, 4).buffer).toString('base64');
    const data = [
      { index: 1, embedding: packed },
      { index: 0, embedding: [1, 2] },
    ];
    const read = embeddingsIn(JSON.stringify({ data, usage: { prompt_tokens: 7 } }), 2);
    expect(read).toEqual({ vectors: [Float32Array.of(1, 2), Float32Array.of(3, 4)], usage: { tokensIn: 7 } });
    expect(embeddingsIn(floats([1]), 1).usage).toBeNull();
  });

  it.each([
    ['no JSON', '<html>'],
    ['no list', '{}'],
    ['too few', floats([1, 2])],
    ['of different lengths', floats([1, 2], [1])],
    ['empty vectors', floats([], [])],
    ['not numbers', '{"data":[{"embedding":["a"]},{"embedding":[1]}]}'],
    ['cut base64', '{"data":[{"embedding":"AAA="},{"embedding":"AAA="}]}'],
  ])('[U51] %s is malformed', (_what, body) => {
    expect(() => embeddingsIn(body, 2)).toThrow(expect.objectContaining({ code: 'upstream_malformed' }));
  });
});
