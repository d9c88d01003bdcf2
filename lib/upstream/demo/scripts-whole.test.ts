import { describe, expect, it } from 'vitest';
import { chunksIn, finishIn, textIn } from './caller.ts';
import { scriptedUpstream } from './house-fixture.ts';
import { pacedText, stampNow } from './words.ts';

const upstream = scriptedUpstream();
const five = pacedText(5);
const ask = (script: string, more?: object) => upstream().ask(`[[script:${script}]]`, more);

describe('answers that are whole', () => {
  it('[U45] paced sends n numbered words with their mark', async () => {
    expect(textIn((await ask('paced n=3 d=0 mark=Z')).body)).toBe('w0:Z w1:Z w2:Z');
  });

  it('[U45] paced keeps its order and its times: no word leaves before it is due', async () => {
    const begun = stampNow();
    const text = textIn((await ask('paced n=10 d=5 f=20 stamp=1')).body);
    const words = text.split(' ').map((word) => word.split('@'));
    expect(words.map(([word]) => word)).toEqual(five.concat(' w5 w6 w7 w8 w9').split(' '));
    for (const [at, [, stamp]] of words.entries())
      expect(Number(stamp) - begun).toBeGreaterThan((20 + at * 5) * 1000 - 1000);
  });

  it('[U45] 200 paced streams at once each get their own words, all of them, in order', async () => {
    const marks = Array.from({ length: 200 }, (_, at) => `m${at}`);
    const heard = await Promise.all(marks.map((mark) => ask(`paced n=10 d=3 mark=${mark}`)));
    expect(heard.map(({ body }) => textIn(body))).toEqual(marks.map((mark) => pacedText(10, mark)));
  });

  it('[U45] echo gives the prompt back, whatever is in it', async () => {
    const prompt = 'a  b\n\n👩‍👩‍👧 data: [DONE]\r\nend';
    const heard = await upstream().ask(`[[script:echo d=0]]${prompt}`);
    expect(textIn(heard.body)).toBe(prompt);
  });

  it.each(['reasoning_content', 'reasoning'])('[U45] reasoning comes in %s, then text', async (field) => {
    const { body } = await ask(`reasoning k=2 n=2 d=0 field=${field}`);
    expect([textIn(body, field), textIn(body), finishIn(body)]).toEqual(['r0 r1', 'w0 w1', 'stop']);
    expect(upstream().server.control.calls()[0]).toMatchObject({ sentReasoning: 'r0 r1', sentText: 'w0 w1' });
  });

  it('[U45] tools makes two calls at once with interleaved arguments', async () => {
    const tools = [
      { type: 'function', function: { name: 'look' } },
      { type: 'function', function: { name: 'ask' } },
    ];
    const { body } = await ask('tools d=0', { tools });
    const made = ['', ''];
    const names: unknown[] = [];
    for (const chunk of chunksIn(body)) {
      const calls = chunk.choices?.[0]?.delta?.tool_calls;
      if (!Array.isArray(calls)) continue;
      const { index, function: part } = calls[0];
      if ('name' in part) names.push(part.name);
      made[index] += part.arguments;
    }
    expect(names).toEqual(['look', 'ask']);
    expect(made.map((text) => JSON.parse(text))).toEqual([{ city: 'Paris' }, { city: 'Oslo' }]);
    expect(finishIn(body)).toBe('tool_calls');
  });

  it('[U45] tools collected are whole, and tool results are answered with text', async () => {
    const whole = JSON.parse((await ask('tools d=0', { stream: false })).body).choices[0];
    expect(whole).toMatchObject({ finish_reason: 'tool_calls', message: { content: null } });
    expect(whole.message.tool_calls).toHaveLength(2);
    const user = { role: 'user', content: '[[script:tools d=0]]' };
    const messages = [user, { role: 'tool', tool_call_id: 'call_weir0', content: 'sunny' }];
    expect(textIn((await ask('', { messages })).body)).toContain('sunny');
  });

  it.each([
    ['length n=2 d=0', 'w0 w1', 'length'],
    ['content-filter n=1 d=0', 'w0', 'content_filter'],
    ['empty f=0', '', 'stop'],
    ['refusal d=0', '', 'stop'],
  ])('[U45] %s', async (script, text, finish) => {
    const { body } = await ask(script);
    expect([textIn(body), finishIn(body)]).toEqual([text, finish]);
    expect(textIn(body, 'refusal') !== '').toBe(script.startsWith('refusal'));
  });
});

describe('answers that are errors', () => {
  it.each([400, 401, 403, 404, 408, 409, 413, 422, 500, 502, 503, 504])('[U45] status %i', async (code) => {
    const heard = await ask(`status code=${code}`);
    expect(heard.status).toBe(code);
    expect(JSON.parse(heard.body).error).toMatchObject({
      message: expect.any(String),
      type: expect.any(String),
    });
  });

  it('[U45] times=k plays a script k times per key, then paced', async () => {
    const statuses = async (script: string) => {
      const seen: number[] = [];
      for (let at = 0; at < 3; at++) seen.push((await ask(`${script} n=1 d=0`)).status);
      return seen;
    };
    expect(await statuses('status code=503 times=2')).toEqual([503, 503, 200]);
    expect(await statuses('429 times=1 key=other')).toEqual([429, 200, 200]);
    expect(await statuses('reset-before times=2')).toEqual([0, 0, 200]);
  });

  it.each([
    ['2', 'retry-after', /^2$/],
    ['abc', 'retry-after', /^abc$/],
    ['-1', 'retry-after', /^-1$/],
    ['"Wed, 21 Oct 2015 07:28:00 GMT"', 'retry-after', /^Wed, 21 Oct 2015 07:28:00 GMT$/],
    ['ms:1500', 'retry-after-ms', /^1500$/],
    ['reset:6m0s', 'x-ratelimit-reset-requests', /^6m0s$/],
    ['date:60', 'retry-after', /^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/],
  ])('[U45] 429 retryAfter=%s sends %s', async (wish, header, value) => {
    const heard = await ask(`429 retryAfter=${wish}`);
    expect(heard.status).toBe(429);
    expect(heard.headers[header]).toMatch(value);
  });

  it('[U45] quota=1 is the 429 that must not be retried; shouldRetry says so in a header', async () => {
    const heard = await ask('429 quota=1 shouldRetry=false');
    expect(JSON.parse(heard.body).error.code).toBe('insufficient_quota');
    expect(heard.headers['x-should-retry']).toBe('false');
  });

  it('[U45] html=1 is a page, endless=1 one that does not end', async () => {
    const page = await ask('status code=502 html=1');
    expect([page.status, page.headers['content-type']]).toEqual([502, 'text/html']);
    const leaveWhen = (body: string) => body.length > 100_000;
    const endless = await upstream().ask('[[script:status code=502 endless=1]]', {}, { leaveWhen });
    expect([endless.status, endless.ending]).toEqual([502, 'reset']);
    await upstream().server.control.until((stats) => stats.open === 0);
  });

  it('[U45] refuse-usage refuses stream_options and nothing else', async () => {
    expect((await ask('refuse-usage d=0', { stream_options: { include_usage: true } })).status).toBe(400);
    expect(textIn((await ask('refuse-usage d=0 n=1')).body)).toBe('w0');
  });

  it('[U45] redirect names the other address', async () => {
    const heard = await ask('redirect code=308 to=http://127.0.0.1:1/x');
    expect([heard.status, heard.headers.location]).toEqual([308, 'http://127.0.0.1:1/x']);
  });
});
