import OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import { script, sdkWorld } from './sdk-fixture.ts';

const world = sdkWorld();
const model = 'up/weir-demo';

/** What the SDK throws. */
async function thrown(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => null,
    (error: unknown) => error,
  );
}

describe("errors arrive as the SDK's own", () => {
  it('[H35] AuthenticationError without a right key, whatever cookie comes', async () => {
    const { baseURL, client, keys, auth } = await world();
    const { cookie } = auth.guest();
    const call = (apiKey: string) =>
      thrown(new OpenAI({ apiKey, baseURL, maxRetries: 0, defaultHeaders: { cookie } }).models.list());
    for (const key of ['weir-wrong', `weir-${'a'.repeat(43)}`]) {
      const error = await call(key);
      expect(error).toBeInstanceOf(OpenAI.AuthenticationError);
      expect(error).toMatchObject({ status: 401, code: 'invalid_api_key', type: 'invalid_request_error' });
    }
    expect((await client.models.list()).data).toHaveLength(3);
    const [mine] = await keys.list('anna');
    await keys.revoke('anna', mine?.id ?? '');
    expect(await thrown(client.models.list())).toBeInstanceOf(OpenAI.AuthenticationError);
  });

  it('[H35] NotFoundError for a model or address that is not there', async () => {
    const { client } = await world();
    const error = await thrown(client.chat.completions.create({ model: 'none', messages: script('paced') }));
    expect(error).toBeInstanceOf(OpenAI.NotFoundError);
    expect(error).toMatchObject({
      code: 'model_not_found',
      param: 'model',
      message: /`none` does not exist/,
    });
    expect(await thrown(client.moderations.create({ input: 'x' }))).toMatchObject({
      status: 404,
      code: null,
    });
  });

  it('[H35] BadRequestError names the parameter', async () => {
    const { client } = await world();
    const bad: [object, string][] = [
      [{ messages: [] }, 'messages'],
      [{ messages: [{ role: 'robot', content: 'x' }] }, 'messages[0].role'],
      [{ messages: [{ role: 'user' }] }, 'messages[0].content'],
      [{ messages: [{ role: 'tool', content: 'x' }] }, 'messages[0].tool_call_id'],
      [{ temperature: 3 }, 'temperature'],
      [{ n: 0 }, 'n'],
      [{ tools: [{}] }, 'tools[0].type'],
      [{ logprobs: true }, 'logprobs'],
      [{ api_base: 'http://evil.example' }, 'api_base'],
      [{ model: 7 }, 'model'],
    ];
    for (const [fields, param] of bad) {
      const body = { model, messages: script('paced n=1 d=0'), ...fields };
      const error = await thrown(client.post('/chat/completions', { body }));
      expect(error, param).toBeInstanceOf(OpenAI.BadRequestError);
      expect(error, param).toMatchObject({ param, type: 'invalid_request_error' });
    }
  });

  it('[H35] what is no JSON, no object, or too large', async () => {
    const { ask, key } = await world();
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    const post = (body: string) => ask('POST', '/v1/chat/completions', headers, body);
    for (const body of ['{"model":', '[]', '"x"', 'null']) {
      expect(await post(body)).toMatchObject({ status: 400 });
    }
    const { status, body } = await post(`{"x":"${'x'.repeat(21 * 1024 * 1024)}"}`);
    expect([status, JSON.parse(body).error.code]).toEqual([413, 'request_too_large']);
    expect(await ask('GET', '/v1/chat/completions', headers)).toMatchObject({ status: 405 });
  });

  it('[H44] the room that large bodies take is given back', async () => {
    const { ask, key } = await world();
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    const body = 'x'.repeat(19 * 1024 * 1024);
    for (let sent = 0; sent < 15; sent += 1) {
      expect((await ask('POST', '/v1/chat/completions', headers, body)).status).toBe(400);
    }
  });

  it('[H36] RateLimitError with Retry-After, when the queue is full', async () => {
    const { client, world: house } = await world({ limit: 1, maxWaiting: 1 });
    const cut = new AbortController();
    const hanging = Array.from({ length: 2 }, () =>
      thrown(client.chat.completions.create({ model, messages: script('hang') }, { signal: cut.signal })),
    );
    await expect.poll(() => house.gate.snapshot().waiting).toBe(1);
    const error = await thrown(client.chat.completions.create({ model, messages: script('paced') }));
    expect(error).toBeInstanceOf(OpenAI.RateLimitError);
    expect(error).toMatchObject({ code: 'rate_limit_exceeded', type: 'requests' });
    if (!(error instanceof OpenAI.RateLimitError)) throw new Error('no RateLimitError');
    expect(Number(error.headers.get('retry-after'))).toBeGreaterThan(0);
    cut.abort();
    await Promise.all(hanging);
    await expect.poll(() => house.gate.snapshot()).toMatchObject({ held: 0, waiting: 0 });
  });

  it('[H36] a quota that is used up is a RateLimitError that the SDK does not repeat', async () => {
    const { baseURL, key, control } = await world();
    const client = new OpenAI({ apiKey: key, baseURL, maxRetries: 2 });
    const error = await thrown(client.chat.completions.create({ model, messages: script('429 quota=1') }));
    expect(error).toBeInstanceOf(OpenAI.RateLimitError);
    expect(error).toMatchObject({ code: 'insufficient_quota' });
    expect(control.calls()).toHaveLength(1);
  });

  it('[G6] [H36] a 429 of the model server is waited for here, and the program sees an answer', async () => {
    const { client, control } = await world();
    const messages = script('429 retryAfter=ms:50 times=1');
    const answer = await client.chat.completions.create({ model, messages });
    expect(answer.choices[0]?.message.content).toContain('w0');
    expect(control.calls()).toHaveLength(2);
  });

  it('[H35] InternalServerError when the model server fails for good, and nothing of what it said', async () => {
    const { client } = await world();
    const error = await thrown(client.chat.completions.create({ model, messages: script('html') }));
    expect(error).toBeInstanceOf(OpenAI.InternalServerError);
    expect(error).toMatchObject({ status: 502, code: 'upstream_malformed' });
    expect(String(error)).not.toMatch(/nginx|<html/);
  });

  it('[H37] an error behind the first word travels in the stream, and nothing follows it', async () => {
    const { client } = await world();
    const stream = await client.chat.completions.create({
      model,
      messages: script('reset-after k=3 d=0'),
      stream: true,
    });
    let text = '';
    const error = await thrown(
      (async () => {
        for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
      })(),
    );
    expect(text).toBe('w0 w1 w2');
    expect(error).toBeInstanceOf(OpenAI.APIError);
    expect(error).toMatchObject({ code: 'upstream_reset', type: 'server_error' });
  });

  it('[H38] while Weir drains, new calls are told to come back and those that run finish', async () => {
    const { client, control, world: house } = await world();
    const messages = script('paced n=5 k=2 d=0 hold=go');
    const running = client.chat.completions.create({ model, messages });
    await expect.poll(() => control.stats().open).toBe(1);
    const drained = house.calls.drain(5_000);
    const error = await thrown(client.chat.completions.create({ model, messages: script('paced') }));
    expect(error).toMatchObject({ status: 503, code: 'draining' });
    control.release('go');
    expect((await running).choices[0]?.message.content).toBe('w0 w1 w2 w3 w4');
    await drained;
  });

  it('[H38] at the end of its patience Weir cuts what still runs, and says so', async () => {
    const { client, control, world: house } = await world();
    const running = thrown(client.chat.completions.create({ model, messages: script('stall k=2 d=0') }));
    await expect.poll(() => control.stats().open).toBe(1);
    await house.calls.drain(50);
    expect(await running).toMatchObject({ status: 503, code: 'server_stopped' });
    expect(control.stats().open).toBe(0);
  });
});
