import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { raceLimits } from '#lib/wire/flow.ts';
import { limits } from '#lib/wire/protocol.ts';
import { RawClient } from '../raw-client.ts';
import { newMark, paced, words } from '../script.ts';
import { ask, askRaw } from './ask.ts';
import { ended } from './endings.ts';
import { frames, mutated, operators } from './frame-arbitrary.ts';
import { type House, openHouse } from './house.ts';
import { expectSound } from './invariants.ts';
import { rounds } from './long.ts';

const waitingPerUser = 3;
let house: House;
beforeAll(async () => {
  house = await openHouse({ maxUpstream: 2, maxWaitingPerUser: waitingPerUser });
});
afterAll(() => house.close());

const guest = () => RawClient.guest(house.weir.url);

describe('the API', () => {
  it('[F158] [H7] [H17] cuts bodies by their bytes, also zipped and endless ones, and hangs up', async () => {
    const { port, url } = house.weir;
    const headers = { origin: url, 'content-type': 'application/json' };
    const wide = 'é'.repeat(33 * 1024);
    expect((await ask(port, 'POST', '/api/session', { headers, body: wide })).status).toBe(413);
    // Never unzipped: what counts is what came.
    const zipped = {
      headers: { ...headers, 'content-encoding': 'gzip' },
      body: gzipSync('0'.repeat(50_000_000)),
    };
    expect((await ask(port, 'POST', '/api/session', zipped)).status).toBeLessThan(500);
    const head = `POST /api/session HTTP/1.1\r\nHost: x\r\nOrigin: ${url}\r\n`;
    const chunk = `4000\r\n${'x'.repeat(0x4000)}\r\n`;
    expect(await askRaw(port, `${head}Transfer-Encoding: chunked\r\n\r\n${chunk.repeat(40)}`)).toMatch(
      /^HTTP\/1\.1 413 /,
    );
    expect(await askRaw(port, `${head}Content-Length: 99999999999\r\n\r\nx`)).toMatch(/^HTTP\/1\.1 413 /);
    expect(await askRaw(port, `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 405 /,
    );
    expect(
      await askRaw(
        port,
        `${head}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n`,
      ),
    ).toMatch(/^HTTP\/1\.1 400 /);
    await expectSound(house);
  });

  it('[F159] [F157] [H6] answers whatever is sent to any route with a status below 500 and, when it refuses, with an error of its shape', async () => {
    const client = await guest();
    const token = fc.string({
      unit: fc.constantFrom(...'abcdefghij-_.0123456789'),
      minLength: 1,
      maxLength: 12,
    });
    const path = fc.oneof(
      fc.constantFrom('/api/session', '/api', '/api/', '/healthz', '/readyz', '/metrics', '/c/x', '/flow'),
      fc.webPath({ size: '-1' }).map((made) => `/api${made}`),
      fc.tuple(token, token).map(([a, b]) => `/${a}?${b}=1&${b}=2&${b}[not]=`),
    );
    const question = fc.record({
      method: fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND'),
      path,
      type: fc.constantFrom('application/json', 'text/plain', 'multipart/form-data; boundary=x', ''),
      extra: fc.dictionary(
        token.map((name) => `x-${name}`),
        token,
        { maxKeys: 3 },
      ),
      body: fc.oneof(
        fc.json(),
        fc.string({ unit: 'binary' }),
        frames([randomUUID()], ['m']).map((made) => JSON.stringify(made)),
      ),
      owns: fc.boolean(),
    });
    const seed = Date.now();
    for (const one of fc.sample(question, { seed, numRuns: rounds(60, 2_000) })) {
      // The way out has its own tests; here it would end the session of the others.
      if (one.method === 'DELETE' && one.path === '/api/session') continue;
      const origin = one.owns ? house.weir.url : 'http://evil.example';
      const headers = { cookie: client.cookie, origin, 'content-type': one.type, ...one.extra };
      const {
        status,
        headers: given,
        body,
      } = await ask(house.weir.port, one.method, one.path, { headers, body: one.body });
      const what = `seed ${seed}: ${JSON.stringify(one)}`;
      expect(status, what).toBeLessThan(500);
      if (status >= 400 && String(given['content-type']).startsWith('application/json')) {
        expect(JSON.parse(body), what).toEqual({
          error: { code: expect.any(String), message: expect.any(String) },
        });
      }
      expect(body, what).not.toMatch(/\bat .*\.(ts|js):\d+|PrismaClient|SELECT /);
    }
    await expectSound({ ...house, clients: [client] });
  });
});

describe('messages', () => {
  it('[F159] [F157] [W2] [W3] valid, mutated or garbage: each gets its answer, none an error of ours, and nobody else notices', async () => {
    const [owner, fuzzer] = await Promise.all([guest(), guest()]);
    const mark = newMark();
    const sent = await owner.say(`${mark} ${paced({ n: 5, mark })}`, owner.model);
    await ended(owner, sent);
    const own = await fuzzer.say(paced({ n: 2 }), fuzzer.model);
    const valid = frames([...Object.values(own), ...Object.values(sent)], [fuzzer.model]);
    const seed = Date.now();
    const all = fc.sample(
      fc.oneof(
        valid.map((made) => JSON.stringify(made)),
        mutated(valid),
      ),
      {
        seed,
        numRuns: rounds(600, 20_000),
      },
    );
    for (let at = 0; at < all.length; at += 150) {
      // A connection takes so many at once, and forgives so many.
      await fuzzer.close();
      await fuzzer.connect();
      const from = fuzzer.events.length;
      const asked = new Set<string>();
      for (const text of all.slice(at, at + 150)) {
        fuzzer.sendText(text);
        const [, id] = /"requestId"\s*:\s*"([0-9a-f-]{36})"/i.exec(text) ?? [];
        if (id) asked.add(id);
      }
      const told = () => fuzzer.events.slice(from);
      const open = () => {
        const answered = told().flatMap((event) => ('requestId' in event ? [event.requestId] : []));
        return [...asked].filter((id) => !answered.includes(id));
      };
      await fuzzer.until(
        () => (open().length === 0 ? true : undefined),
        `all answers, seed ${seed}, from ${at}`,
      );
      const ours = told().filter((event) => event.type === 'refused' && event.code === 'server_error');
      expect(ours, `seed ${seed}, from ${at}`).toEqual([]);
      await fuzzer.ask({ type: 'stop-race' });
    }
    await fuzzer.ask({ type: 'stop-all' });
    expect(fuzzer.frames.join('\n')).not.toContain(mark);
    const from = owner.events.length;
    owner.watch(sent.chatId);
    const path = await owner.event('path', () => true, from);
    expect(path.messages.map(({ text }) => text)[1]).toBe(words(5, mark));
    await expectSound({ ...house, clients: [owner, fuzzer], marks: [mark] });
  });

  it('[F160] [S4] operators in place of strings are refused before any query, and no one gets at a row that way', async () => {
    const [owner, other] = await Promise.all([guest(), guest()]);
    const mark = newMark();
    const sent = await owner.say(`${mark} ${paced({ n: 3, mark })}`, owner.model);
    await ended(owner, sent);
    const fields = ['chatId', 'messageId', 'requestId', 'generationId', 'title', 'before'] as const;
    for (const type of ['rename', 'delete', 'select', 'stop', 'older', 'watch'] as const) {
      await other.close();
      await other.connect();
      const usual = { type, requestId: randomUUID(), ...sent, title: 'mine', before: sent.messageId };
      const wrong = fields
        .filter((field) => field in usual)
        .flatMap((field) => operators.slice(0, 6).map((operator) => ({ ...usual, [field]: operator })));
      const from = other.events.length;
      for (const frameOf of wrong) other.sendText(JSON.stringify(frameOf));
      await other.ask({ type: 'stop-all' });
      const told = other.events.slice(from);
      expect(told.filter((event) => event.type === 'ack')).toHaveLength(1);
      const codes = told.flatMap((event) => (event.type === 'refused' ? [event.code] : []));
      expect(
        codes.every((code) => ['bad_message', 'not_found', 'not_running'].includes(code)),
        codes.join(),
      ).toBe(true);
      expect(codes.filter((code) => code === 'bad_message').length).toBeGreaterThanOrEqual(
        operators.slice(0, 6).length,
      );
    }
    expect(other.frames.join('\n')).not.toContain(mark);
    await expectSound({ ...house, clients: [owner, other], marks: [mark] });
  });

  it('[F165] [A13] [W2] what one person can use up is bounded here: length, models, calls at once, prompts of a race', async () => {
    const client = await guest();
    const ids = () => ({
      requestId: randomUUID(),
      chatId: randomUUID(),
      messageId: randomUUID(),
      replyId: randomUUID(),
      generationId: randomUUID(),
    });
    const refusalOf = async (message: { requestId: string; type: string } & Record<string, unknown>) => {
      client.sendText(JSON.stringify(message));
      const told = await client.event('refused', (event) => event.requestId === message.requestId);
      return told.code;
    };
    const { model } = client;
    expect(await refusalOf({ type: 'send', ...ids(), text: 'x'.repeat(limits.textLength + 1), model })).toBe(
      'too_long',
    );
    expect(await refusalOf({ type: 'send', ...ids(), text: 'x', model: 'openai/not-in-the-list' })).toBe(
      'unknown_model',
    );
    const prompts = Array<string>(raceLimits.prompts + 1).fill('x');
    expect(await refusalOf({ type: 'race', requestId: randomUUID(), model, prompts })).toBe('bad_message');
    // A client that asks for more, or less, than we give: nothing of it reaches the upstream.
    const mark = newMark();
    const own = { ...ids(), text: `${mark} ${paced({ n: 12, mark })}`, model };
    const wishes = { max_tokens: 1, max_completion_tokens: 1, n: 100, tools: [], stream: false };
    client.sendText(JSON.stringify({ type: 'send', ...own, ...wishes }));
    client.watch(own.chatId);
    await client.event(
      'state',
      ({ generation: { id, state } }) => id === own.generationId && state.name === 'done',
    );
    const calls = await house.upstream.calls(mark);
    expect(calls.map(({ stream, sentText }) => [stream, sentText])).toEqual([[true, words(12, mark)]]);
    // Two are open, three wait, and the rest is refused with its text kept on the other side.
    const held = newMark();
    const answers = [];
    for (let at = 0; at < 8; at++) {
      answers.push(
        await client.ask({
          type: 'send',
          ...ids(),
          text: `${held} ${paced({ n: 2, hold: held, mark: held })}`,
          model,
        }),
      );
    }
    const told = answers.map((answer) => (answer.type === 'refused' ? answer.code : answer.type));
    expect(told).toEqual([
      ...Array<string>(2 + waitingPerUser).fill('ack'),
      ...Array<string>(3).fill('user_queue_full'),
    ]);
    await client.ask({ type: 'stop-all' });
    await expectSound({ ...house, clients: [client], marks: [mark] });
  });
});
