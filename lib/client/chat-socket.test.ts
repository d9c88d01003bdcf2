import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { closeCodes } from '#lib/wire/close-code.ts';
import { PROTOCOL_VERSION, timing } from '#lib/wire/protocol.ts';
import type { ServerEvent } from '#lib/wire/server-event.ts';
import { ChatSocket } from './chat-socket.ts';
import { FakeNetwork } from './fake-socket.ts';
import type { Connection } from './state.ts';

let network: FakeNetwork;
let socket: ChatSocket;
let shown: Connection[];
let received: ServerEvent[][];
let random = 0.5;

const settle = () => vi.advanceTimersByTimeAsync(0);
const now = () => shown.at(-1);

async function connect(): Promise<void> {
  await settle();
  network.last.accept();
  network.last.welcome();
}

/** Loses the connection and gives back how long the wait is, in milliseconds. */
async function waitAfter(code: number): Promise<number> {
  network.last.drop(code);
  return (now()?.retryAt ?? Number.NaN) - Date.now();
}

beforeEach(() => {
  vi.useFakeTimers();
  network = new FakeNetwork();
  shown = [];
  received = [];
  random = 0.5;
  socket = new ChatSocket(
    {
      openSession: network.openSession,
      openSocket: network.open,
      now: () => Date.now(),
      random: () => random,
    },
    { changed: (connection) => shown.push(connection), received: (events) => received.push(events) },
  );
  socket.start();
});
afterEach(() => {
  socket.stop();
  vi.useRealTimers();
});

describe('a connection', () => {
  it('[C9] makes a session, says hello and is open with the welcome', async () => {
    await settle();
    expect(network.sessions).toBe(1);
    network.last.accept();
    expect(network.last.sent).toEqual([{ type: 'hello', protocol: PROTOCOL_VERSION }]);
    expect(socket.send({ type: 'beat' })).toBe(false);
    network.last.welcome();
    expect(shown.map((connection) => connection.phase)).toEqual(['connecting', 'open']);
    expect(socket.send({ type: 'beat' })).toBe(true);
  });

  it('[C11] answers a beat', async () => {
    await connect();
    network.last.deliver({ type: 'beat' });
    expect(network.last.of('beat')).toHaveLength(1);
  });

  it('[F69] [C9] waits half a second to twenty, longer with every failure, at random', async () => {
    const waits: [number, number][] = [];
    for (let attempt = 0; attempt < 9; attempt += 1) {
      await settle();
      random = 0;
      const least = await waitAfter(1006);
      socket.wake();
      await settle();
      waits.push([least, least]);
    }
    expect(waits.every(([least]) => least === 500)).toBe(true);
    random = 0.999_999;
    socket.reconnectNow();
    const most: number[] = [];
    for (let attempt = 0; attempt < 8; attempt += 1) {
      await settle();
      most.push(await waitAfter(1006));
      socket.wake();
    }
    expect(most).toEqual([1500, 2500, 4500, 8500, 16500, 20000, 20000, 20000]);
  });

  it('[C9] starts over with short waits only after a stable minute', async () => {
    random = 0.999_999;
    for (const code of [1006, 1006]) {
      await connect();
      await waitAfter(code);
      socket.wake();
    }
    await connect();
    expect(await waitAfter(1006)).toBe(4500);
    socket.wake();
    await connect();
    for (let second = 0; second < 60; second += 10) {
      await vi.advanceTimersByTimeAsync(10_000);
      network.last.deliver({ type: 'beat' });
    }
    expect(await waitAfter(1006)).toBe(1500);
  });

  it('[F70] [C9] comes back when a server that goes down said so', async () => {
    await connect();
    network.last.deliver({ type: 'bye', afterMs: 7_000 });
    expect(now()?.phase).toBe('open');
    expect(await waitAfter(closeCodes.draining)).toBe(7_000);
    expect(now()?.reason).toMatch(/restarting/);
    await vi.advanceTimersByTimeAsync(7_000);
    expect(network.sockets).toHaveLength(2);
  });

  it('[C9] a session that cannot be made is tried again', async () => {
    socket.stop();
    network.sessionError = new TypeError('fetch failed');
    socket.start();
    await settle();
    expect(now()).toMatchObject({ phase: 'waiting', everOpen: false });
    network.sessionError = null;
    await vi.advanceTimersByTimeAsync(20_000);
    network.last.accept();
    network.last.welcome();
    expect(now()).toMatchObject({ phase: 'open', everOpen: true });
  });

  it('[C11] a server that accepts and never welcomes is left', async () => {
    await settle();
    network.last.accept();
    await vi.advanceTimersByTimeAsync(15_000);
    expect(now()?.phase).toBe('waiting');
    expect(network.last.isOpen).toBe(false);
  });
});

describe('close codes', () => {
  const staysAway: number[] = [
    closeCodes.unsupportedVersion,
    closeCodes.tooManyConnections,
    closeCodes.noHello,
    4999,
  ];
  const comesBack: number[] = [
    1000,
    1001,
    1006,
    1011,
    1012,
    closeCodes.draining,
    closeCodes.tooSlow,
    closeCodes.lostPlace,
    closeCodes.tooManyMessages,
    4499,
  ];

  it.each(staysAway)('[F71] [C10] %i stays away, says why, and comes back only when asked', async (code) => {
    await connect();
    network.last.drop(code);
    expect(now()).toMatchObject({ phase: 'stopped', retryAt: null });
    expect(now()?.reason).toMatch(/\w/);
    socket.wake();
    await vi.advanceTimersByTimeAsync(600_000);
    expect(network.sockets).toHaveLength(1);
    socket.reconnectNow();
    await connect();
    expect(now()?.phase).toBe('open');
  });

  it.each(comesBack)('[F71] [C10] %i comes back', async (code) => {
    await connect();
    const wait = await waitAfter(code);
    expect(now()?.phase).toBe('waiting');
    expect(wait).toBeGreaterThanOrEqual(code === closeCodes.tooManyMessages ? 5_000 : 500);
    await vi.advanceTimersByTimeAsync(wait);
    expect(network.sockets).toHaveLength(2);
  });

  it('[F71] [C10] a session that is over is made anew once, and not in a loop', async () => {
    await connect();
    network.last.drop(closeCodes.unauthorized);
    await connect();
    expect([network.sessions, now()?.phase]).toEqual([2, 'open']);
    network.last.drop(closeCodes.unauthorized);
    await vi.advanceTimersByTimeAsync(600_000);
    expect([network.sessions, now()?.phase]).toEqual([2, 'stopped']);
  });

  it('[F76] [C22] a page of another protocol is told to reload', async () => {
    await settle();
    network.last.accept();
    network.last.welcome({ protocol: PROTOCOL_VERSION + 1 });
    expect(now()).toMatchObject({ phase: 'stopped', reason: expect.stringMatching(/[Rr]eload/) });
    expect(received).toEqual([]);
  });

  it('[F76] [C22] frames that nobody can read end the connection, and soon for good', async () => {
    for (const phase of ['waiting', 'waiting', 'stopped']) {
      await connect();
      network.last.frame('[{"type":"from the future"}]');
      expect(now()?.phase).toBe(phase);
      await vi.advanceTimersByTimeAsync((now()?.retryAt ?? Date.now()) - Date.now());
    }
    await vi.advanceTimersByTimeAsync(600_000);
    expect(network.sockets).toHaveLength(3);
  });
});

describe('silence', () => {
  it('[F67] [C11] too long a silence is a dead connection', async () => {
    await connect();
    await vi.advanceTimersByTimeAsync(20_000);
    network.last.deliver({ type: 'beat' });
    await vi.advanceTimersByTimeAsync(timing.silenceMs - 1);
    expect(network.sockets).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(network.sockets).toHaveLength(2);
    expect(network.sockets[0]?.isOpen).toBe(false);
  });

  it('[F74] [C11] a tab that wakes connects once, and hears nothing more of the old connection', async () => {
    await connect();
    vi.setSystemTime(Date.now() + 600_000);
    socket.wake();
    network.sockets[0]?.deliver({ type: 'beat' });
    socket.wake();
    await connect();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(network.sockets).toHaveLength(2);
    expect(received.flat().map((event) => event.type)).toEqual(['welcome', 'welcome']);
  });

  it('[C11] a page that is looked at again does not wait any longer', async () => {
    await connect();
    network.last.drop();
    expect(now()?.phase).toBe('waiting');
    socket.wake();
    await settle();
    expect(network.sockets).toHaveLength(2);
  });
});
