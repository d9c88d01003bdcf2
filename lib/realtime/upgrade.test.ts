import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as timeout } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { memoryAuth } from '#lib/auth/memory-auth.ts';
import { closeCodes } from '#lib/wire/close-code.ts';
import { PROTOCOL_VERSION, timing } from '#lib/wire/protocol.ts';
import { Heartbeat } from './heartbeat.ts';
import { stage } from './stage-fixture.ts';
import { Upgrade } from './upgrade.ts';
import { Viewer } from './viewer.ts';

const ORIGIN = 'http://weir.test';
const open: (() => void)[] = [];

afterEach(() => {
  for (const close of open.splice(0)) close();
});

async function door(limits: { maxPerUser?: number; maxPerAddress?: number } = {}) {
  const house = stage();
  const auth = memoryAuth();
  const upgrade = new Upgrade({
    ...house,
    publish: house.audience,
    flow: house.feed,
    tools: house.tools,
    clock: () => house.time.now,
    auth,
    isAllowedOrigin: (origin) => origin === ORIGIN,
    addressOf: (address) => address,
    maxPerUser: limits.maxPerUser ?? 10,
    maxPerAddress: limits.maxPerAddress ?? 100,
    now: Date.now,
    random: () => 0.5,
    sleep: (ms) => timeout(ms),
  });
  const server: Server = createServer();
  server.on('upgrade', (request, socket, head) => void upgrade.handle(request, socket, head));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  open.push(
    () => server.closeAllConnections(),
    () => server.close(),
  );
  const { port } = server.address() as AddressInfo;
  const connect = (headers: Record<string, string | string[]>) => {
    const ws = new WebSocket(`ws://127.0.0.1:${port}/ws`, { headers });
    open.push(() => ws.terminate());
    return ws;
  };
  return { house, auth, upgrade, connect };
}

/** The HTTP status: 101 when the door opened. */
function statusOf(ws: WebSocket): Promise<number> {
  return new Promise((resolve) => {
    ws.on('open', () => resolve(101));
    ws.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
    ws.on('error', () => undefined);
  });
}

function closeOf(ws: WebSocket): Promise<number> {
  return new Promise((resolve) => ws.on('close', resolve));
}

describe('the door', () => {
  it.each([
    ['none', undefined],
    ['empty', ''],
    ['null', 'null'],
    ['another one', 'http://evil.test'],
    ['a longer one', 'http://weir.test.evil'],
    ['another port', 'http://weir.test:81'],
    ['another scheme', 'https://weir.test'],
    ['upper case', 'http://WEIR.test'],
    ['a trailing dot', 'http://weir.test.'],
    ['user information', 'http://weir.test@evil'],
    ['a name that ends like ours', 'http://evil-weir.test'],
    ['two in one', 'http://weir.test http://evil.test'],
  ])('[F132] [F133] [R9] is closed for an Origin that is %s', async (_name, origin) => {
    const { auth, connect, upgrade } = await door();
    const { cookie } = auth.guest();
    expect(await statusOf(connect({ cookie, ...(origin === undefined ? {} : { origin }) }))).toBe(403);
    expect(upgrade.size).toBe(0);
  });

  it.each([
    ['two Origin headers', { origin: [ORIGIN, 'http://evil.test'] }],
    ['an Origin that is the Host', { origin: 'http://evil.test', host: 'evil.test' }],
    [
      'an Origin that a proxy is said to have',
      { origin: 'http://evil.test', 'x-forwarded-host': 'evil.test' },
    ],
  ])('[F133] [R9] is closed for %s', async (_name, headers) => {
    const { auth, connect } = await door();
    expect(await statusOf(connect({ ...headers, cookie: auth.guest().cookie }))).toBe(403);
  });

  it('[F116] [R9] is closed without a session, and open with one', async () => {
    const { auth, connect } = await door();
    expect(await statusOf(connect({ origin: ORIGIN }))).toBe(401);
    expect(await statusOf(connect({ origin: ORIGIN, cookie: 'weir-memory=made-up' }))).toBe(401);
    expect(await statusOf(connect({ origin: ORIGIN, cookie: auth.guest().cookie }))).toBe(101);
  });

  it('[F73] [R11] is closed for one too many of a person, or of an address, and opens again when one has gone', async () => {
    const { auth, connect } = await door({ maxPerUser: 2, maxPerAddress: 3 });
    const anna = { origin: ORIGIN, cookie: auth.guest().cookie };
    const ben = { origin: ORIGIN, cookie: auth.guest().cookie };
    const first = connect(anna);
    expect([await statusOf(first), await statusOf(connect(anna))]).toEqual([101, 101]);
    expect(await closeOf(connect(anna))).toBe(closeCodes.tooManyConnections);
    expect([await statusOf(connect(ben)), await statusOf(connect(ben))]).toEqual([101, 429]);
    const gone = closeOf(first);
    first.close();
    await gone;
    expect(await statusOf(connect(ben))).toBe(101);
  });

  it('answers 503 while the database is away or the process drains', async () => {
    const { auth, connect, upgrade } = await door();
    const headers = { origin: ORIGIN, cookie: auth.guest().cookie };
    auth.setAway(true);
    expect(await statusOf(connect(headers))).toBe(503);
    auth.setAway(false);
    upgrade.drain();
    expect(await statusOf(connect(headers))).toBe(503);
  });

  it('[F115] [R12] closes the sockets of a session that ends, and no others', async () => {
    const { auth, connect } = await door();
    const anna = auth.guest();
    const leaving = connect({ origin: ORIGIN, cookie: anna.cookie });
    const staying = connect({ origin: ORIGIN, cookie: auth.guest().cookie });
    await Promise.all([statusOf(leaving), statusOf(staying)]);
    const closed = closeOf(leaving);
    await auth.leave(anna.headers);
    expect(await closed).toBe(closeCodes.unauthorized);
    expect(staying.readyState).toBe(WebSocket.OPEN);
  });

  it('[F70] [R13] tells everybody when to come back before it closes', async () => {
    const { auth, connect, upgrade } = await door();
    const ws = connect({ origin: ORIGIN, cookie: auth.guest().cookie });
    await statusOf(ws);
    const frames: string[] = [];
    ws.on('message', (data: Buffer) => frames.push(data.toString()));
    const welcomed = new Promise((resolve) => ws.once('message', resolve));
    ws.send(JSON.stringify({ type: 'hello', protocol: PROTOCOL_VERSION }));
    await welcomed;
    const closed = closeOf(ws);
    await upgrade.close();
    expect(await closed).toBe(closeCodes.draining);
    expect(JSON.parse(frames.at(-1) ?? '')).toMatchObject([{ type: 'bye' }]);
  });

  it('[F150] [W2] lets go of a frame beyond the limit without harm to others', async () => {
    const { auth, connect } = await door();
    const ws = connect({ origin: ORIGIN, cookie: auth.guest().cookie });
    await statusOf(ws);
    const closed = closeOf(ws);
    ws.send('x'.repeat(200_000));
    expect(await closed).toBe(1009);
  });
});

describe('the heartbeat', () => {
  function alive() {
    const house = stage();
    const anna = new Viewer();
    const connection = house.enter(anna, 'anna');
    const wall = { now: 1_000 };
    const heartbeat = new Heartbeat({
      connections: new Set([connection]),
      clock: () => house.time.now,
      now: () => wall.now,
    });
    heartbeat.check();
    const pass = (ms: number) => {
      house.time.now += ms;
      wall.now += ms;
      heartbeat.check();
    };
    return { house, anna, connection, pass };
  }

  it('[F72] [R10] lets go of a connection that says no hello', () => {
    const { anna, pass } = alive();
    pass(15_001);
    expect(anna.pair.closedWith).toMatchObject({ reason: 'noHello' });
  });

  it('[F115] [R12] lets go of a connection whose session has expired', async () => {
    const { house, anna, connection, pass } = alive();
    anna.pair.deliverToServer();
    await house.quiesce(anna);
    connection.visitor.expiresAt = 5_000;
    pass(4_000);
    expect(anna.pair.closedWith).toBeNull();
    pass(1);
    expect(anna.pair.closedWith).toMatchObject({ reason: 'unauthorized' });
  });

  it('[F67] [R10] pings, and lets go of a connection that is silent all the same', async () => {
    const { house, anna, pass } = alive();
    anna.pair.deliverToServer();
    await house.quiesce(anna);
    pass(timing.beatMs);
    expect(anna.pair.pings).toBe(1);
    anna.pair.pong();
    pass(timing.beatMs);
    expect(anna.pair.closedWith).toBeNull();
    pass(timing.beatMs);
    expect(anna.pair.closedWith).toBe('cut');
  });
});
