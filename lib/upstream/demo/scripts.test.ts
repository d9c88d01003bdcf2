import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { chunksIn, finishIn, textIn } from './caller.ts';
import { scriptedUpstream } from './house-fixture.ts';
import { scripts } from './scripts.ts';
import { pacedText } from './words.ts';

const upstream = scriptedUpstream();
const five = pacedText(5);
const ask = (script: string, more?: object) => upstream().ask(`[[script:${script}]]`, more);

describe('answers that break', () => {
  it.each([
    ['reset-before', 0, '', 'reset'],
    ['reset-after d=0', 200, five, 'reset'],
    ['cut d=0', 200, five, 'end'],
    ['cut d=0 abrupt=1', 200, five, 'reset'],
  ])('[U45] %s', async (script, status, text, ending) => {
    const heard = await ask(script);
    expect([heard.status, textIn(heard.body), heard.ending]).toEqual([status, text, ending]);
    expect(heard.body).not.toContain('[DONE]');
    expect(finishIn(heard.body)).toBe(null);
  });

  it('[U45] a cut answer that is no stream is half a JSON body', async () => {
    const heard = await ask('cut d=0', { stream: false });
    expect(() => JSON.parse(heard.body)).toThrow(SyntaxError);
  });

  it.each(['stall', 'pings every=1', 'pings every=1 empty=1', 'drip every=1'])(
    '[U45] %s says k words and never ends',
    async (script) => {
      let reads = 0;
      const silent = script === 'stall';
      const leaveWhen = (body: string) => body.includes('w4') && (silent || ++reads > 5);
      const heard = await upstream().ask(`[[script:${script} d=0]]`, {}, { leaveWhen });
      expect(heard.ending).toBe('reset');
      expect(heard.body.includes(': ping')).toBe(script === 'pings every=1');
      await upstream().server.control.until((stats) => stats.open === 0);
      expect(upstream().server.control.calls()[0]).toMatchObject({ sentText: five, outcome: 'aborted' });
    },
  );

  it('[U45] hang never sends headers', async () => {
    const leave = new AbortController();
    const asked = upstream().ask('[[script:hang]]', {}, { signal: leave.signal });
    await upstream().server.control.until((stats) => stats.open === 1);
    leave.abort();
    expect((await asked).status).toBe(0);
  });

  it.each(['malformed d=0', 'cut-json d=0'])(
    '[U45] %s has an event that is no JSON after k words',
    async (script) => {
      const { body } = await ask(script);
      expect(() => chunksIn(body)).toThrow(SyntaxError);
      expect(body.indexOf('w4')).toBeGreaterThan(0);
    },
  );

  it('[U45] error-in-stream sends an error object after k words, event=1 names the event', async () => {
    const plain = await ask('error-in-stream k=2 d=0 code=429');
    expect(textIn(plain.body)).toBe('w0 w1');
    expect(chunksIn(plain.body).at(-1)?.error).toMatchObject({ code: 429, type: 'requests' });
    expect(plain.body).not.toContain('event:');
    expect((await ask('error-in-stream k=0 event=1')).body).toContain('event: error\ndata: {"error"');
  });

  it.each([
    ['set', 1],
    ['set', 0],
    ['null', 1],
    ['null', 0],
    ['absent', 1],
    ['absent', 0],
  ])('[U45] terminator finish=%s done=%i', async (finish, done) => {
    const { body } = await ask(`terminator d=0 finish=${finish} done=${done}`);
    const last = chunksIn(body).at(-1)?.choices?.[0];
    expect(last).toEqual({ index: 0, delta: {}, ...expected(finish) });
    expect(body.includes('[DONE]')).toBe(done === 1);
    expect(upstream().server.control.calls()[0]?.outcome).toBe(
      finish === 'set' || done === 1 ? 'finished' : 'failed',
    );
  });

  it('[U45] no-done and done-only are the two halves of an ending', async () => {
    const noDone = (await ask('no-done d=0')).body;
    const doneOnly = (await ask('done-only d=0')).body;
    expect([finishIn(noDone), noDone.includes('[DONE]')]).toEqual(['stop', false]);
    expect([finishIn(doneOnly), doneOnly.includes('[DONE]')]).toEqual([null, true]);
  });

  it('[U45] after-done goes on after [DONE] and leaves the socket open', async () => {
    const leaveWhen = (body: string) => body.includes('AFTER-DONE');
    const heard = await upstream().ask('[[script:after-done d=0]]', {}, { leaveWhen });
    expect(heard.body.indexOf('[DONE]')).toBeLessThan(heard.body.indexOf('AFTER-DONE'));
    await upstream().server.control.until((stats) => stats.open === 0);
    expect(upstream().server.control.calls()[0]).toMatchObject({ sentText: five, outcome: 'finished' });
  });

  it('[U45] json and html answer a stream request with something else', async () => {
    const json = await ask('json n=2');
    expect(json.headers['content-type']).toBe('application/json');
    expect(JSON.parse(json.body).choices[0].message.content).toBe('w0 w1');
    const html = await ask('html');
    expect([html.status, html.headers['content-type']]).toEqual([200, 'text/html']);
  });

  it('[U45] odd mixes shapes that nobody expects into a good answer', async () => {
    const { body } = await ask('odd d=0');
    for (const shape of ['"choices":[]', '"delta":null', '__proto__', 'data: null'])
      expect(body).toContain(shape);
    expect(body).toContain('"finish_reason":"stop"');
  });
});

function expected(finish: string): object {
  if (finish === 'set') return { logprobs: null, finish_reason: 'stop' };
  return finish === 'null' ? { finish_reason: null } : {};
}

describe('answers that are too much', () => {
  it('[U45] giant is one delta of the size asked for', async () => {
    const { body } = await ask('giant size=1000003');
    expect(chunksIn(body).filter((chunk) => chunk.choices?.[0]?.delta?.content)).toHaveLength(1);
    expect(textIn(body)).toHaveLength(1_000_003);
  });

  it('[U45] flood is n deltas of one character', async () => {
    const { body } = await ask('flood n=5000');
    const deltas = chunksIn(body).map((chunk) => chunk.choices?.[0]?.delta?.content);
    expect(deltas.filter((text) => typeof text === 'string' && text.length === 1)).toHaveLength(5000);
    expect(upstream().server.control.calls()[0]?.sentText).toBe(textIn(body));
  });

  it('[U45] gzip-bomb unpacks to size MB', async () => {
    const heard = await ask('gzip-bomb size=3');
    expect(heard.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(Buffer.concat([...heard.chunks])).length).toBeGreaterThan(3_000_000);
  });
});

describe('picking a script', () => {
  it('[U44] the directive of the last user message wins over the model’s name', async () => {
    const named = await upstream().ask('x', { model: 'scripted-cut-json-k1-d0' });
    expect(named.body).toContain('w0');
    const messages = [
      { role: 'user', content: '[[script:status code=500]]' },
      { role: 'assistant', content: '[[script:status code=501]]' },
      { role: 'user', content: [{ type: 'text', text: 'please [[script:status code=422]] now' }] },
    ];
    expect((await upstream().ask('', { messages, model: 'scripted-paced-n1' })).status).toBe(422);
  });

  it.each(['[[script:nope]]', '[[script:paced nn=3]]', '[[script:paced n=x]]'])(
    '[U44] %s is refused, not guessed',
    async (prompt) => {
      const heard = await upstream().ask(prompt);
      expect(heard.status).toBe(400);
      expect(upstream().server.control.stats().open).toBe(0);
    },
  );

  it('[U44] every script is listed as a model', async () => {
    const names = [...scripts.keys()].map((name) => `scripted-${name}`);
    const { port } = upstream();
    const listed = await (await fetch(`http://127.0.0.1:${port}/v1/models`)).json();
    expect(listed.data.map((model: { id: string }) => model.id)).toEqual(expect.arrayContaining(names));
  });
});
