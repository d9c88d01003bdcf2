import OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import { script, sdkWorld } from './sdk-fixture.ts';

const world = sdkWorld();
const model = 'up/weir-demo';
const words = 'w0 w1 w2 w3 w4';
const five = script('paced n=5 d=0');
const tools = ['get_weather', 'get_time'].map((name) => ({
  type: 'function' as const,
  function: { name, parameters: { type: 'object', properties: { city: { type: 'string' } } } },
}));

async function textOf(stream: AsyncIterable<OpenAI.ChatCompletionChunk>): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
  return text;
}

describe('the official SDK, plain', () => {
  it('[H30] gets an answer with usage', async () => {
    const { client, world: house } = await world();
    const answer = await client.chat.completions.create({ model, messages: five });
    expect(answer).toMatchObject({ object: 'chat.completion', model });
    expect(answer.id).toMatch(/^chatcmpl-\w{32}$/);
    expect(answer.choices).toEqual([
      {
        index: 0,
        message: { role: 'assistant', content: words, refusal: null },
        logprobs: null,
        finish_reason: 'stop',
      },
    ]);
    expect(answer.usage?.total_tokens).toBe(
      (answer.usage?.prompt_tokens ?? 0) + (answer.usage?.completion_tokens ?? 0),
    );
    expect(answer.usage?.completion_tokens).toBeGreaterThan(0);
    expect(house.gate.snapshot()).toMatchObject({ held: 0, waiting: 0 });
  });

  it('[H30] may name a model by its bare name, and gets n answers by n calls', async () => {
    const { client, control } = await world();
    const answer = await client.chat.completions.create({ model: 'weir-demo', messages: five, n: 3 });
    expect(answer.choices.map(({ index, message }) => [index, message.content])).toEqual(
      [0, 1, 2].map((index) => [index, words]),
    );
    expect(control.calls()).toHaveLength(3);
    expect(answer.usage?.completion_tokens).toBe(15);
  });

  it('[H30] every request has an id, and parameters reach the model server', async () => {
    const { client } = await world();
    const { request_id: id } = await client.chat.completions.create({ model, messages: five }).withResponse();
    expect(id).toMatch(/^req_\w{32}$/);
    const cut = await client.chat.completions.create({ model, messages: five, max_tokens: 2 });
    expect(cut.choices[0]).toMatchObject({ message: { content: 'w0 w1' }, finish_reason: 'length' });
  });

  it('[H30] an answer without a word is one', async () => {
    const { client } = await world();
    const answer = await client.chat.completions.create({ model, messages: script('empty f=0') });
    expect(answer.choices[0]?.message.content).toBe('');
  });

  it('[H30] reasoning has a field of its own', async () => {
    const { client } = await world();
    const answer = await client.chat.completions.create({ model, messages: script('reasoning k=2 n=5 d=0') });
    expect(answer.choices[0]?.message).toMatchObject({ content: words, reasoning_content: 'r0 r1' });
  });
});

describe('the official SDK, streaming', () => {
  it('[H31] gets the pieces as they come', async () => {
    const { client, control } = await world();
    const stream = await client.chat.completions.create({
      model,
      messages: script('paced n=5 k=2 d=0 hold=go'),
      stream: true,
    });
    const seen: string[] = [];
    for await (const { choices, object } of stream) {
      expect(object).toBe('chat.completion.chunk');
      seen.push(choices[0]?.delta.content ?? '');
      if (seen.join('') === 'w0 w1') control.release('go');
    }
    expect(seen.join('')).toBe(words);
  });

  it('[H31] sends role, text, finish_reason, usage when asked for, and [DONE]', async () => {
    const { ask, key } = await world();
    const request = { model, messages: five, stream: true, stream_options: { include_usage: true } };
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    const {
      status,
      headers: got,
      body,
    } = await ask('POST', '/v1/chat/completions', headers, JSON.stringify(request));
    expect([status, got['content-type']]).toEqual([200, 'text/event-stream; charset=utf-8']);
    const data = body.split('\n\n').filter((event) => event !== '');
    expect(data.at(-1)).toBe('data: [DONE]');
    const chunks = data.slice(0, -1).map((event) => JSON.parse(event.slice(6)));
    expect(chunks[0].choices[0].delta.role).toBe('assistant');
    expect(chunks.at(-2).choices[0]).toEqual({ index: 0, delta: {}, logprobs: null, finish_reason: 'stop' });
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { completion_tokens: 5 } });
    expect(new Set(chunks.map(({ id }) => id)).size).toBe(1);
    expect(chunks[0].usage).toBeNull();
  });

  it('[H31] several answers come side by side', async () => {
    const { client } = await world();
    const stream = await client.chat.completions.create({ model, messages: five, stream: true, n: 3 });
    const texts = ['', '', ''];
    for await (const { choices } of stream) {
      for (const { index, delta } of choices) texts[index] += delta.content ?? '';
    }
    expect(texts).toEqual([words, words, words]);
  });

  it('[H31] its own helper puts an answer together', async () => {
    const { client } = await world();
    const runner = client.chat.completions.stream({ model, messages: five });
    expect(await runner.finalContent()).toBe(words);
  });
});

describe('the official SDK, tools', () => {
  const expected = (second: string) => [
    { id: 'call_weir0', type: 'function', function: { name: 'get_weather', arguments: '{"city":"Paris"}' } },
    { id: 'call_weir1', type: 'function', function: { name: second, arguments: '{"city":"Oslo"}' } },
  ];

  it('[H32] gets several calls at once, gives the results, and gets the answer', async () => {
    const { client } = await world();
    const messages: OpenAI.ChatCompletionMessageParam[] = script('tools d=0');
    const answer = await client.chat.completions.create({ model, messages, tools });
    const [choice] = answer.choices;
    expect([choice?.finish_reason, choice?.message.content]).toEqual(['tool_calls', null]);
    expect(choice?.message.tool_calls).toEqual(expected('get_time'));
    if (choice === undefined) throw new Error('no choice');
    const results = ['call_weir0', 'call_weir1'].map((tool_call_id, at) => ({
      role: 'tool' as const,
      tool_call_id,
      content: `result ${at}`,
    }));
    const second = await client.chat.completions.create({
      model,
      messages: [...messages, choice.message, ...results],
      tools,
    });
    expect(second.choices[0]?.message.content).toBe('The tools answered: result 0 | result 1');
  });

  it('[H32] gets one call, streamed, put together by the SDK itself', async () => {
    const { client } = await world();
    const runner = client.chat.completions.stream({ model, messages: script('tools d=0 n=1'), tools });
    const { choices } = await runner.finalChatCompletion();
    expect(choices[0]?.finish_reason).toBe('tool_calls');
    expect(choices[0]?.message.tool_calls).toMatchObject(expected('').slice(0, 1));
  });

  it('[H32] gets several calls streamed, their pieces mixed', async () => {
    const { client } = await world();
    const runner = client.chat.completions.stream({ model, messages: script('tools d=0'), tools });
    expect((await runner.finalMessage()).tool_calls).toMatchObject(expected('get_time'));
  });
});

describe('the official SDK, models and embeddings', () => {
  it('[H33] lists the models and finds one by its id, slash and all', async () => {
    const { client } = await world();
    const ids: string[] = [];
    for await (const { id, object, owned_by } of client.models.list()) {
      expect([object, owned_by]).toEqual(['model', 'up']);
      ids.push(id);
    }
    expect(ids).toEqual(['up/weir-demo', 'up/scripted-tools', 'up/weir-demo-embedding']);
    expect(await client.models.retrieve('up/weir-demo')).toMatchObject({
      id: 'up/weir-demo',
      object: 'model',
    });
    expect((await client.models.retrieve('weir-demo')).id).toBe('up/weir-demo');
    await expect(client.models.retrieve('up/none')).rejects.toBeInstanceOf(OpenAI.NotFoundError);
  });

  it('[H34] makes vectors, as base64 unasked and as numbers, the same', async () => {
    const { client } = await world();
    const request = { model: 'weir-demo-embedding', input: ['fix my car', 'rain'] };
    const packed = await client.embeddings.create(request);
    const plain = await client.embeddings.create({ ...request, encoding_format: 'float' });
    expect(packed.data.map(({ index }) => index)).toEqual([0, 1]);
    expect(packed.data.map(({ embedding }) => [...embedding])).toEqual(
      plain.data.map(({ embedding }) => embedding),
    );
    expect(packed.usage.total_tokens).toBeGreaterThan(0);
    const one = await client.embeddings.create({ ...request, input: 'rain', dimensions: 8 });
    expect(one.data[0]?.embedding).toHaveLength(8);
  });

  it('[H34] lists of tokens are refused in words', async () => {
    const { client } = await world();
    const made = client.embeddings.create({ model: 'weir-demo-embedding', input: [1, 2, 3] });
    await expect(made).rejects.toMatchObject({ status: 400, param: 'input[0]', message: /lists of tokens/ });
  });
});

describe('calls of programs', () => {
  it('[H30] count as those of chats do: in the flow, in the metrics, for their owner', async () => {
    const { client, world: house } = await world();
    const owners: string[] = [];
    house.gate.on((event) => void (event.type === 'granted' && owners.push(`${event.user} ${event.class}`)));
    await client.chat.completions.create({ model, messages: five });
    await client.embeddings.create({ model: 'weir-demo-embedding', input: 'x' });
    expect(owners).toEqual(['anna interactive', 'anna interactive']);
    expect(house.meter.calls.map(({ call, error }) => [call.operation, call.model, error])).toEqual([
      ['chat', 'weir-demo', null],
      ['embeddings', 'weir-demo-embedding', null],
    ]);
    house.flow.tick();
    expect(house.flow.now.lanes.map(({ lane }) => lane).sort()).toEqual([model, 'up/weir-demo-embedding']);
  });

  it('[H30] keep to what one person may have open, and others do not wait for that', async () => {
    const { client, baseURL, keys, control, world: house } = await world({ perUser: 1 });
    const messages = script('paced n=5 k=2 d=0 hold=go');
    const mine = [1, 2].map(() => client.chat.completions.create({ model, messages }));
    await expect.poll(() => house.gate.snapshot()).toMatchObject({ held: 1, waiting: 1 });
    const { key: apiKey } = await keys.create('ben', 'x');
    const other = new OpenAI({ apiKey, baseURL, maxRetries: 0 });
    const theirs = await other.chat.completions.create({ model, messages: five });
    expect(theirs.choices[0]?.message.content).toBe(words);
    control.release('go');
    for (const answer of await Promise.all(mine)) expect(answer.choices[0]?.message.content).toBe(words);
  });
});

describe('the second call of the same text', () => {
  it('[H31] streams what the plain one says', async () => {
    const { client } = await world();
    const messages = script('torture d=0');
    const plain = await client.chat.completions.create({ model, messages });
    const stream = await client.chat.completions.create({ model, messages, stream: true });
    expect(await textOf(stream)).toBe(plain.choices[0]?.message.content);
  });
});
