import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { script, sdkWorld } from './sdk-fixture.ts';

const world = sdkWorld();
const model = 'up/weir-demo';

describe('a program that hangs up', () => {
  it.each([true, false])(
    '[H39] cuts its call at the model server and frees the permit (stream: %s)',
    async (stream) => {
      const { client, control, world: house } = await world({ limit: 1 });
      const cut = new AbortController();
      const messages = script('stall k=2 d=0');
      const answer = client.chat.completions
        .create({ model, messages, stream }, { signal: cut.signal })
        .then(async (told) => {
          if (Symbol.asyncIterator in told) for await (const chunk of told) void chunk;
        })
        .catch((error: unknown) => error);
      await expect.poll(() => control.calls()[0]?.sentText).toBe('w0 w1');
      cut.abort();
      await answer;
      await expect.poll(() => control.calls()[0]?.outcome).toBe('aborted');
      await expect.poll(() => house.gate.snapshot()).toMatchObject({ held: 0, waiting: 0 });
      const next = await client.chat.completions.create({ model, messages: script('paced n=1 d=0') });
      expect(next.choices[0]?.message.content).toBe('w0');
      expect(house.log.lines).toEqual([]);
    },
  );

  it('[H39] leaves the queue at once, and no call is made for it', async () => {
    const { client, control, world: house } = await world({ limit: 1 });
    const first = new AbortController();
    const hanging = client.chat.completions
      .create({ model, messages: script('hang') }, { signal: first.signal })
      .catch((error: unknown) => error);
    await expect.poll(() => house.gate.snapshot().held).toBe(1);
    const second = new AbortController();
    const waiting = client.chat.completions
      .create({ model, messages: script('paced') }, { signal: second.signal })
      .catch((error: unknown) => error);
    await expect.poll(() => house.gate.snapshot().waiting).toBe(1);
    second.abort();
    await waiting;
    await expect.poll(() => house.gate.snapshot().waiting).toBe(0);
    first.abort();
    await hanging;
    await expect.poll(() => control.stats().open).toBe(0);
    expect(control.calls()).toHaveLength(1);
  });

  it('[H39] all its n answers are cut, and those of vectors too', async () => {
    const { client, control, world: house } = await world();
    const cut = new AbortController();
    const all = [
      client.chat.completions.create({ model, messages: script('stall k=1'), n: 3 }, { signal: cut.signal }),
      client.embeddings.create(
        { model: 'weir-demo-embedding', input: '[[script:hang]]' },
        { signal: cut.signal },
      ),
    ].map((call) => call.catch((error: unknown) => error));
    await expect.poll(() => control.stats().open).toBe(4);
    cut.abort();
    await Promise.all(all);
    await expect.poll(() => control.stats().open).toBe(0);
    expect(house.gate.snapshot()).toMatchObject({ held: 0, waiting: 0 });
  });

  it('[H39] one answer that fails cuts the others of the same request', async () => {
    const { client, control } = await world();
    const messages = script('status code=400 times=1');
    await expect(client.chat.completions.create({ model, messages, n: 2 })).rejects.toMatchObject({
      status: 400,
    });
    await expect.poll(() => control.stats().open).toBe(0);
  });
});

describe('a slow reader', () => {
  it('[H40] takes nothing, and costs no more than the answer: the text is joined while it waits', async () => {
    const { port, key, control } = await world();
    const body = JSON.stringify({ model, messages: script('flood n=200000'), stream: true });
    const socket = connect(port, '127.0.0.1');
    socket.pause();
    socket.write(
      `POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${key}\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    await expect.poll(() => control.calls()[0]?.outcome, { timeout: 50_000 }).toBe('finished');
    const text = await new Promise<string>((resolve) => {
      const parts: Buffer[] = [];
      socket.on('data', (part) => {
        parts.push(part);
        const all = Buffer.concat(parts.slice(-2)).toString();
        if (all.includes('[DONE]')) resolve(Buffer.concat(parts).toString());
      });
      socket.resume();
    });
    socket.destroy();
    // Each chunk would be an event; what waited came in few of them.
    expect(text.split('data: ').length).toBeLessThan(20_000);
    const said = [...text.matchAll(/^data: (\{.*\})$/gm)].map(([, json = '']) => JSON.parse(json));
    const got = said.map(({ choices }) => choices[0]?.delta.content ?? '').join('');
    expect(got.length).toBe(control.calls()[0]?.sentText.length);
  });
});
