import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { call, chunksIn, finishIn, textIn } from './caller.ts';
import { scriptedUpstream } from './house-fixture.ts';
import { createDemoServer } from './server.ts';

const upstream = scriptedUpstream();

describe('the demo answers', () => {
  it('[U40] a stream has the role first, then text, a finish_reason and [DONE]', async () => {
    const heard = await upstream().ask('hello');
    expect(heard.status).toBe(200);
    expect(heard.headers['content-type']).toContain('text/event-stream');
    expect(chunksIn(heard.body)[0]?.choices?.[0]?.delta).toEqual({ role: 'assistant', content: '' });
    expect(textIn(heard.body)).toContain('not a language model');
    expect(finishIn(heard.body)).toBe('stop');
    expect(heard.body.endsWith('data: [DONE]\n\n')).toBe(true);
  });

  it('[U40] usage comes in a chunk without choices, only when asked for', async () => {
    const without = await upstream().ask('[[script:paced n=3 d=0]]');
    expect(chunksIn(without.body).some((chunk) => 'usage' in chunk)).toBe(false);
    const heard = await upstream().ask('[[script:paced n=3 d=0]]', {
      stream_options: { include_usage: true },
    });
    const last = chunksIn(heard.body).at(-1);
    expect(last?.choices).toEqual([]);
    expect(last?.usage).toMatchObject({ completion_tokens: 3 });
  });

  it('[U40] stream:false gives one completion with the same text', async () => {
    const heard = await upstream().ask('[[script:paced n=4 d=0]]', { stream: false });
    expect(JSON.parse(heard.body)).toMatchObject({
      object: 'chat.completion',
      choices: [{ message: { role: 'assistant', content: 'w0 w1 w2 w3' }, finish_reason: 'stop' }],
      usage: { completion_tokens: 4 },
    });
  });

  it.each([true, false])('[U40] max_tokens ends the answer with length (stream: %s)', async (stream) => {
    const heard = await upstream().ask('[[script:paced n=9 d=0]]', { stream, max_tokens: 3 });
    const text = stream ? textIn(heard.body) : JSON.parse(heard.body).choices[0].message.content;
    const finish = stream ? finishIn(heard.body) : JSON.parse(heard.body).choices[0].finish_reason;
    expect([text, finish]).toEqual(['w0 w1 w2', 'length']);
  });

  it('[U40] max_tokens that is just enough ends with stop', async () => {
    const heard = await upstream().ask('[[script:paced n=3 d=0]]', { max_tokens: 3 });
    expect(finishIn(heard.body)).toBe('stop');
  });

  it('[U41] an unknown question is quoted back, and the demo says that it is no model', async () => {
    const heard = await upstream().ask('Why is\nthe sky blue?');
    expect(textIn(heard.body)).toContain('> Why is\n> the sky blue?');
    expect(textIn(heard.body)).toContain('not a language model');
  });

  it('[U41] the thinking demo sends its reasoning before its answer', async () => {
    const heard = await upstream().ask('hi', { model: 'weir-demo-thinking' });
    expect(textIn(heard.body, 'reasoning_content')).toContain('Nothing is thinking here');
    expect(heard.body.lastIndexOf('reasoning_content')).toBeLessThan(heard.body.indexOf('Hello!'));
  });

  it('[U42] a request for a title gets the first words of the first message', async () => {
    const messages = [
      { role: 'system', content: 'Write a short title. weir-title' },
      { role: 'user', content: '[[script:stall]] how do **rivers** find their way to the sea, and why?' },
    ];
    const heard = await upstream().ask('', { messages, stream: false });
    expect(JSON.parse(heard.body).choices[0].message.content).toBe('How do rivers find their way');
    expect(upstream().server.control.calls({ kind: 'title' })).toHaveLength(1);
  });
});

describe('the demo as an HTTP server', () => {
  it.each([
    ['no JSON', 'POST', '/v1/chat/completions', undefined, 400, null],
    ['no model', 'POST', '/v1/chat/completions', { messages: [{ role: 'user', content: 'x' }] }, 400, null],
    ['no messages', 'POST', '/v1/chat/completions', { model: 'weir-demo', messages: [] }, 400, null],
    [
      'unknown model',
      'POST',
      '/v1/chat/completions',
      { model: 'gpt', messages: [{ role: 'user' }] },
      404,
      'model_not_found',
    ],
    ['unknown path', 'GET', '/v1/nothing', undefined, 404, 'model_not_found'],
    ['empty input', 'POST', '/v1/embeddings', { model: 'weir-demo', input: '' }, 400, null],
  ])('[U40] %s is refused in OpenAI’s shape', async (_, method, path, body, status, code) => {
    const heard = await call(upstream().port, method, path, body);
    expect(heard.status).toBe(status);
    expect(JSON.parse(heard.body).error).toMatchObject({ message: expect.any(String), code });
  });

  it('[U40] lists its models and says that it is well', async () => {
    const models = JSON.parse((await call(upstream().port, 'GET', '/v1/models')).body);
    expect(models.data.map((model: { id: string }) => model.id)).toContain('weir-demo-thinking');
    expect((await call(upstream().port, 'GET', '/health')).status).toBe(200);
  });

  it('[U43] without control there are no scripts, no directives and no /control', async () => {
    const server = createDemoServer({ everyMs: 0 });
    const port = await server.listen();
    const ask = (model: string, content: string) =>
      call(port, 'POST', '/v1/chat/completions', {
        model,
        stream: true,
        messages: [{ role: 'user', content }],
      });
    expect((await call(port, 'GET', '/control/stats')).status).toBe(404);
    expect((await ask('scripted-hang', 'x')).status).toBe(404);
    expect(textIn((await ask('weir-demo', '[[script:hang]]')).body)).toContain('> [[script:hang]]');
    expect(server.control.calls()).toEqual([]);
    await server.close();
  });

  it('[U43] with a key of its own it refuses every other', async () => {
    const server = createDemoServer({ apiKey: 'right' });
    const port = await server.listen();
    const models = (key: string) =>
      call(port, 'GET', '/v1/models', undefined, { headers: { authorization: `Bearer ${key}` } });
    expect((await models('wrong')).status).toBe(401);
    expect((await models('right')).status).toBe(200);
    await server.close();
  });

  it('[U43] draining lets an open answer finish, and does not wait for idle connections', async () => {
    const { server, port } = upstream();
    const agent = new Agent({ keepAlive: true });
    const sending = request({ host: '127.0.0.1', port, method: 'POST', path: '/v1/chat/completions', agent });
    const answered = once(sending, 'response');
    const messages = [{ role: 'user', content: '[[script:paced n=3 d=0 k=1 hold=end]]' }];
    sending.end(JSON.stringify({ model: 'weir-demo', stream: true, messages }));
    await server.control.until((stats) => stats.waiting.end === 1);
    const drained = server.drain();
    server.control.release('end');
    const [response] = await answered;
    expect(textIn(await text(response))).toBe('w0 w1 w2');
    await drained;
    agent.destroy();
  });
});
