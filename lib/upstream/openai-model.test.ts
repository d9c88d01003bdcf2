import { describe, expect, it } from 'vitest';
import type { Limits } from './clocks.ts';
import { scriptedUpstream } from './demo/house-fixture.ts';
import { hear } from './heard.ts';
import type { Model } from './model.ts';
import { modelContract } from './model-contract.ts';
import { openaiUpstream } from './openai-model.ts';

const upstream = scriptedUpstream();
const key = { reveal: () => 'sk-canary-0123456789' };

function model(timeouts: Partial<Limits> = {}, mostChars?: number): Model {
  const baseUrl = `http://127.0.0.1:${upstream().port}/v1`;
  return openaiUpstream({ name: 'test', baseUrl, key, models: null, timeouts }, mostChars).model('weir-demo');
}

const ask = (script: string, timeouts?: Partial<Limits>, mostChars?: number) =>
  hear(model(timeouts, mostChars), `[[script:${script}]]`);

const failure = (code: string, more: object = {}) => ({ thrown: expect.objectContaining({ code, ...more }) });
const words = 'w0 w1 w2 w3 w4';
const atRest = () => expect.poll(() => upstream().server.control.stats().open).toBe(0);

modelContract('an OpenAI-compatible server', () => ({
  model: model(),
  prompts: {
    words: '[[script:paced n=5 d=0]]',
    thoughts: '[[script:reasoning k=2 n=5 d=0]]',
    stall: '[[script:stall k=5 d=0]]',
    lost: '[[script:reset-after k=5 d=0]]',
    tools: '[[script:tools d=0]]',
  },
  open: () => upstream().server.control.stats().open,
}));

describe('the end of an answer', () => {
  it.each(['set', 'null', 'absent'].flatMap((finish) => [1, 0].map((done) => [finish, done] as const)))(
    '[F12] [U2] finish_reason %s, [DONE] %s: either of them completes it',
    async (finish, done) => {
      const heard = ask(`terminator k=5 d=0 finish=${finish} done=${done}`);
      const whole = finish === 'set' || done === 1;
      const truncated = failure('upstream_truncated', { retryable: true });
      expect(await heard.outcome).toEqual(whole ? expect.objectContaining({ finish: 'stop' }) : truncated);
      expect(heard.text).toBe(words);
    },
  );

  it.each([
    ['cut k=5 d=0', 'upstream_truncated'],
    ['cut-json k=5 d=0', 'upstream_truncated'],
    ['cut k=5 d=0 abrupt=1', 'upstream_reset'],
    ['reset-after k=5 d=0', 'upstream_reset'],
  ])('[F10] [F11] [F17] [U3] %s is %s, the text before it is kept', async (script, code) => {
    const heard = ask(script);
    expect(await heard.outcome).toEqual(failure(code, { retryable: true }));
    expect(heard.text).toBe(words);
  });

  it('[F27] [U10] [DONE] ends it at once: later data is ignored, an open socket is released', async () => {
    const heard = ask('after-done k=5 d=0');
    expect(await heard.outcome).toMatchObject({ finish: 'stop' });
    expect(heard.text).toBe(words);
    await atRest();
  });

  it('[F19] [F20] [U12] length, content_filter and tool_calls are kept, usage is read', async () => {
    expect(await ask('length n=3 d=0').outcome).toEqual({
      finish: 'length',
      usage: { tokensIn: expect.any(Number), tokensOut: 3 },
    });
    expect(await ask('content-filter d=0').outcome).toMatchObject({ finish: 'content_filter' });
    const tools = ask('tools d=0');
    expect(await tools.outcome).toMatchObject({ finish: 'tool_calls' });
    expect(tools.text).toBe('');
  });

  it('[F20] [U11] an answer that says nothing is empty_answer', async () => {
    expect(await ask('empty f=0').outcome).toEqual(failure('empty_answer', { retryable: false }));
  });
});

describe('what is in an answer', () => {
  it('[F23] [U1] bytes cut anywhere give the same text', async () => {
    const heard = ask('torture halves=1');
    expect(await heard.outcome).toMatchObject({ finish: 'stop' });
    expect(heard.text).toBe(upstream().server.control.calls()[0]?.sentText);
  });

  it('[U4] reasoning has a channel of its own under either name', async () => {
    const heard = ask('reasoning field=reasoning k=3 n=5 d=0');
    await heard.outcome;
    expect([heard.reasoning, heard.text]).toEqual(['r0 r1 r2', words]);
  });

  it('[F20] [U5] a refusal is text', async () => {
    const heard = ask('refusal d=0');
    expect(await heard.outcome).toMatchObject({ finish: 'stop' });
    expect(heard.text).toBe("I'm sorry, I can't help with that.");
  });

  it('[F20] [F25] [F145] [U8] shapes that nobody expects are ignored', async () => {
    const heard = ask('odd k=5 d=0');
    expect(await heard.outcome).toMatchObject({ finish: 'stop' });
    expect(heard.text).toBe(words);
    expect('polluted' in {}).toBe(false);
  });

  it('[F26] [U9] plain JSON is one delta, a page of HTML is malformed', async () => {
    const heard = ask('json n=5');
    expect(await heard.outcome).toMatchObject({ finish: 'stop' });
    expect([heard.text, heard.deltas]).toEqual([words, 1]);
    expect(await ask('html').outcome).toEqual(failure('upstream_malformed'));
  });

  it('[F17] [F169] [U7] an event that is no JSON fails the answer and is not quoted', async () => {
    const heard = ask('malformed k=5 d=0');
    const outcome = await heard.outcome;
    expect(outcome).toEqual(failure('upstream_malformed', { cause: undefined }));
    expect(String(Object(outcome).thrown.stack)).not.toContain('SECRET');
    expect(heard.text).toBe(words);
    await atRest();
  });

  it.each([
    ['code=429', 'upstream_rate_limited'],
    ['code=500', 'upstream_error'],
    ['code=503', 'upstream_overloaded'],
    ['code=401', 'upstream_auth'],
    ['code=429 event=1', 'upstream_rate_limited'],
    ['code=500 k=0', 'upstream_error'],
  ])('[F18] [U6] an error inside the stream (%s) is %s', async (params, code) => {
    const heard = ask(`error-in-stream ${params.includes('k=') ? '' : 'k=5'} d=0 ${params}`);
    expect(await heard.outcome).toEqual(failure(code));
    expect(heard.text).toBe(params.includes('k=0') ? '' : words);
    await atRest();
  });

  it('[F21] [F165] [U13] an answer beyond the limit is cut there, in one delta or in many', async () => {
    const giant = ask('giant size=5000000', {}, 100_001);
    expect(await giant.outcome).toEqual(failure('answer_too_large', { retryable: false }));
    expect(giant.text).toHaveLength(100_001);
    const flood = ask('flood n=3000', {}, 2_000);
    expect(await flood.outcome).toEqual(failure('answer_too_large'));
    expect(flood.text).toHaveLength(2_000);
    await atRest();
  });

  it('[F29] [U22] a compressed answer is refused unread', async () => {
    expect(await ask('gzip-bomb size=50').outcome).toEqual(failure('upstream_malformed'));
    await atRest();
  });
});

describe('clocks', () => {
  it('[F9] [U14] headers that never come are upstream_timeout, and the call is closed', async () => {
    const heard = ask('hang', { firstContentMs: 80 });
    expect(await heard.outcome).toEqual(failure('upstream_timeout', { retryable: true }));
    await atRest();
  });

  it('[F9] [U14] headers without content are upstream_timeout too', async () => {
    expect(await ask('stall k=0', { firstContentMs: 80 }).outcome).toEqual(failure('upstream_timeout'));
  });

  it.each([
    'stall k=5 d=0',
    'pings k=5 d=0 every=20',
    'pings k=5 d=0 every=20 empty=1',
    'drip k=5 d=0 every=10',
  ])('[F13] [F14] [F15] [F24] [U14] %s is upstream_stalled, never a success', async (script) => {
    const heard = ask(script, { idleMs: 150 });
    expect(await heard.outcome).toEqual(failure('upstream_stalled', { retryable: true }));
    expect(heard.text).toBe(words);
    await atRest();
  });

  it('[F24] [U14] an answer that goes on for ever is answer_too_long', async () => {
    const heard = ask('paced n=100000 d=5', { totalMs: 200 });
    expect(await heard.outcome).toEqual(failure('answer_too_long', { retryable: false }));
    expect(heard.text).toContain('w0');
    await atRest();
  });
});
