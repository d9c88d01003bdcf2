import { on, once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { call, textIn } from './caller.ts';
import { scriptedUpstream } from './house-fixture.ts';

const upstream = scriptedUpstream();

async function connected(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}

async function heard(socket: Socket, word: string): Promise<void> {
  for await (const chunk of on(socket, 'data')) if (String(chunk).includes(word)) return;
}

function request(prompt: string): string {
  const body = JSON.stringify({
    model: 'weir-demo',
    stream: true,
    messages: [{ role: 'user', content: prompt }],
  });
  const head = `POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: ${Buffer.byteLength(body)}`;
  return `${head}\r\n\r\n${body}`;
}

describe('what the upstream saw', () => {
  it('[U46] calls count as open from request to end, and the peak is kept', async () => {
    const { server, ask } = upstream();
    const asked = ['a', 'b', 'c'].map((mark) =>
      ask(`[[script:paced n=2 d=0 k=1 hold=${mark} mark=${mark}]]`),
    );
    await server.control.until((stats) => Object.keys(stats.waiting).length === 3);
    expect(server.control.stats()).toMatchObject({ open: 3, maxOpen: 3, started: 3, finished: 0 });
    server.control.release('b');
    expect(textIn((await asked[1])?.body ?? '')).toBe('w0:b w1:b');
    expect(server.control.stats()).toMatchObject({ open: 2, maxOpen: 3, finished: 1 });
    server.control.release('a');
    server.control.release('c');
    await Promise.all(asked);
    expect(server.control.stats()).toMatchObject({
      open: 0,
      maxOpen: 3,
      started: 3,
      finished: 3,
      aborted: 0,
    });
  });

  it('[U46] a call that has ended is never counted beside the next one of the same client', async () => {
    const { server, ask } = upstream();
    for (let at = 0; at < 50; at++) await ask('[[script:paced n=1 d=0]]');
    expect(server.control.stats()).toMatchObject({ maxOpen: 1, finished: 50 });
  });

  it.each([
    ['FIN', true],
    ['RST', false],
  ])('[U46] a client that hangs up by %s and calls again in one go never counts twice', async (_, reads) => {
    const { server, port } = upstream();
    const wire = request('[[script:stall k=1 d=0]]');
    let current = await connected(port);
    current.write(wire);
    for (let at = 1; at <= 20; at++) {
      const next = await connected(port);
      await server.control.until((stats) => stats.started === at);
      // What was sent and never read turns the FIN of a close into an RST.
      if (reads) await heard(current, 'w0');
      current.destroy();
      next.write(wire);
      current = next;
    }
    await server.control.until((stats) => stats.started === 21);
    current.destroy();
    await server.control.until((stats) => stats.open === 0);
    expect(server.control.stats()).toMatchObject({ maxOpen: 1, aborted: 21, finished: 0 });
  });

  it('[U46] a client that hangs up before the headers is an aborted call', async () => {
    const { server, ask } = upstream();
    const leave = new AbortController();
    const asked = ask('[[script:hang]]', {}, { signal: leave.signal });
    await server.control.until((stats) => stats.open === 1);
    leave.abort();
    await asked;
    await server.control.until((stats) => stats.aborted === 1);
    expect(server.control.stats().open).toBe(0);
  });

  it.each([
    ['status code=500', 'failed'],
    ['429', 'failed'],
    ['reset-before', 'failed'],
    ['reset-after k=1 d=0', 'failed'],
    ['cut k=1 d=0', 'failed'],
    ['cut k=1 d=0 abrupt=1', 'failed'],
    ['error-in-stream k=1 d=0', 'failed'],
    ['length n=1 d=0', 'finished'],
    ['no-done k=1 d=0', 'finished'],
    ['done-only k=1 d=0', 'finished'],
    ['json', 'finished'],
  ])('[U46] %s is written down as %s', async (script, outcome) => {
    await upstream().ask(`[[script:${script}]]`);
    const [seen] = upstream().server.control.calls();
    expect(seen?.outcome).toBe(outcome);
    expect(seen?.closedAt).toBeGreaterThanOrEqual(seen?.startedAt ?? Infinity);
    expect(upstream().server.control.stats().open).toBe(0);
  });

  it('[U46] the book holds prompt, messages, text, deltas and whether a key came, never the key', async () => {
    const { port, ask } = upstream();
    const headers = { authorization: 'Bearer canary-key' };
    await ask('find me [[script:paced n=3 d=0 mark=M]]', {}, { headers });
    await ask('someone else');
    const heard = await call(port, 'GET', '/control/calls?mark=M');
    const [seen, ...others] = JSON.parse(heard.body);
    expect(others).toEqual([]);
    expect(seen).toMatchObject({ sentText: 'w0:M w1:M w2:M', sentDeltas: 3, mark: 'M', script: 'paced' });
    expect(seen).toMatchObject({
      hasAuthorization: true,
      messages: [{ role: 'user' }],
      kind: 'chat',
      status: 200,
    });
    expect(heard.body).not.toContain('canary-key');
    expect(JSON.parse((await call(port, 'GET', '/control/calls?mark=find%20me')).body)).toHaveLength(1);
  });
});

describe('the control plane', () => {
  it('[U47] a release with a count lets that many through, oldest first, and keeps the rest for later', async () => {
    const { server, port, ask } = upstream();
    const done: string[] = [];
    const run = async (mark: string) => {
      await ask(`[[script:paced n=1 d=0 k=0 hold=turn mark=${mark}]]`);
      done.push(mark);
    };
    const first = run('one');
    await server.control.until((stats) => stats.waiting.turn === 1);
    const second = run('two');
    await server.control.until((stats) => stats.waiting.turn === 2);
    const released = await call(port, 'POST', '/control/release?key=turn&count=1');
    expect(JSON.parse(released.body)).toEqual({ released: 1 });
    await first;
    expect(done).toEqual(['one']);
    expect(server.control.release('turn', 2)).toBe(1);
    await second;
    await run('three');
    expect(done).toEqual(['one', 'two', 'three']);
  });

  it('[U47] gate=key holds the headers back', async () => {
    const { server, ask } = upstream();
    const asked = ask('[[script:status code=503 gate=door]]');
    await server.control.until((stats) => stats.waiting.door === 1);
    expect(server.control.calls()[0]?.status).toBe(0);
    server.control.release('door');
    expect((await asked).status).toBe(503);
  });

  it('[U47] a reset forgets counts, tries and releases but not the open calls', async () => {
    const { server, port, ask } = upstream();
    await ask('[[script:429 times=1 key=x]]');
    server.control.release('later');
    const held = ask('[[script:paced n=1 d=0 k=0 hold=now]]');
    await server.control.until((stats) => stats.waiting.now === 1);
    expect((await call(port, 'POST', '/control/reset')).status).toBe(200);
    expect(server.control.stats()).toMatchObject({
      open: 1,
      maxOpen: 1,
      started: 0,
      failed: 0,
      waiting: { now: 1 },
    });
    expect(server.control.calls()).toHaveLength(1);
    expect((await ask('[[script:429 times=1 key=x]]')).status).toBe(429);
    const again = ask('[[script:paced n=1 d=0 k=0 hold=later]]');
    await server.control.until((stats) => stats.waiting.later === 1);
    server.control.release('later');
    server.control.release('now');
    await Promise.all([again, held]);
  });
});
