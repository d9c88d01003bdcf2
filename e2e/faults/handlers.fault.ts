import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { v7 as newId } from 'uuid';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { seeded } from '#lib/seeded-fixture.ts';
import type { ClientMessage } from '#lib/wire/client-message.ts';
import { RawClient } from '../raw-client.ts';
import { newMark, paced, words } from '../script.ts';
import { ask } from './ask.ts';
import { ended, inWords } from './endings.ts';
import { type House, openHouse } from './house.ts';
import { expectSound } from './invariants.ts';
import { rounds } from './long.ts';
import { openFiles } from './open-files.ts';
import { RawWs } from './raw-ws.ts';

const seed = Number(process.env.WEIR_SEED ?? Date.now() % 1_000_000);

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

/** Somebody whose answer goes on for some seconds, and has to be whole whatever others do meanwhile. */
async function bystander() {
  const mark = newMark();
  const client = await RawClient.guest(house.weir.url);
  const sent = await client.say(`${mark} ${paced({ n: 100, d: 20, mark })}`, client.model);
  const unharmed = async () => {
    expect(inWords(await ended(client, sent))).toBe('done stop');
    expect(client.textOf(sent)).toBe(words(100, mark));
    return { clients: [client], marks: [mark] };
  };
  return { unharmed };
}

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD'];
const paths = [
  '/api/session',
  '/api/nothing',
  '/healthz',
  '/readyz',
  '/metrics',
  '/',
  '/ws',
  '/_next/static/x.js',
];
const bodies = ['', 'null', '[]', '{', '"text"', '{"userId":{"not":""}}', '\u0000', '0'.repeat(70_000)];

it('[F84] [H6] [H16] whatever is asked over HTTP, that client alone gets an error, and none of them is ours', async () => {
  const { weir } = house;
  const { unharmed } = await bystander();
  const guest = await RawClient.guest(weir.url);
  const headers = { cookie: guest.cookie, origin: weir.url, 'content-type': 'application/json' };
  const statuses = new Map<string, number>();
  for (const path of paths)
    for (const method of methods)
      for (const body of method === 'GET' || method === 'HEAD' ? [''] : bodies) {
        // Signing out would end the session that the others need.
        const own = method === 'DELETE' ? { ...headers, cookie: 'weir=none' } : headers;
        const { status } = await ask(weir.port, method, path, { headers: own, body });
        statuses.set(`${method} ${path} ${body.slice(0, 30)}`, status);
      }
  expect([...statuses].filter(([, status]) => status >= 500)).toEqual([]);
  const { clients, marks } = await unharmed();
  await expectSound({ ...house, clients: [...clients, guest], marks });
});

const types = [
  ...['hello', 'beat', 'watch', 'unwatch', 'older', 'send', 'regenerate', 'continue', 'stop', 'select'],
  ...['edit-follow-up', 'withdraw-follow-up', 'release-follow-up', 'rename', 'delete', 'restore', 'read'],
  ...['keep', 'compare', 'flow', 'stop-all', 'race', 'stop-race', 'nonsense', '__proto__', 'constructor'],
];
const fields = [
  'requestId',
  'chatId',
  'messageId',
  'replyId',
  'generationId',
  'text',
  'model',
  'title',
  'before',
  'prompts',
  'also',
];
const values = [undefined, null, 0, -1, '', 'x', [], {}, { not: '' }, true, '\ud800', crypto.randomUUID()];

it('[F84] [W2] [S4] whatever a frame holds, it is refused or answered, and the connection of nobody else ends', async () => {
  const { unharmed } = await bystander();
  let client = await RawClient.guest(house.weir.url);
  const clients = [client];
  for (const type of types)
    for (const value of values) {
      const rest = Object.fromEntries(fields.map((field) => [field, value]));
      const known = { requestId: crypto.randomUUID(), chatId: crypto.randomUUID() };
      for (const frame of [
        { type, ...rest },
        { type, ...rest, ...known },
      ]) {
        if (client.closeCode !== null) {
          client = await client.sibling();
          clients.push(client);
        }
        client.send(frame as unknown as ClientMessage);
      }
      // The flood has a limit of its own, which is not what is asked here.
      await sleep(30);
    }
  const answered = clients.flatMap(({ events }) => events).filter(({ type }) => type === 'refused');
  expect(answered.length).toBeGreaterThan(types.length);
  expect(answered.filter((event) => 'code' in event && event.code === 'server_error')).toEqual([]);
  const bystanders = await unharmed();
  await expectSound({ ...house, clients: [...clients, ...bystanders.clients], marks: bystanders.marks });
});

it(`[F85] [G5] [H17] sockets that break at every stage leave no rejection and no error unhandled (seed ${seed})`, async () => {
  const { weir, proxy } = house;
  const random = seeded(seed);
  const { unharmed } = await bystander();
  const stages: ReadonlyArray<() => Promise<void>> = [
    async () => {
      const raw = await RawWs.connect(weir.port);
      raw.write('GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: webso');
      raw.socket.resetAndDestroy();
    },
    async () => {
      const socket = connect(weir.port, '127.0.0.1');
      socket.on('error', () => undefined);
      socket.write('POST /api/session HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{');
      await sleep(random() * 30);
      socket.resetAndDestroy();
    },
    () => broken(async (client) => client.close()),
    () =>
      broken(async (client) => void client.say(`${paced({ n: 20 })}`, client.model).catch(() => undefined)),
    () => broken(async (client) => void (await client.say(`${paced({ n: 200, d: 10 })}`, client.model))),
    async () => {
      const client = await RawClient.guest(proxy.url);
      const answer = client.say(`${paced({ n: 50, d: 10 })}`, client.model).catch(() => undefined);
      await sleep(random() * 100);
      proxy.cut();
      await answer;
    },
  ];
  async function broken(act: (client: RawClient) => Promise<void>): Promise<void> {
    const client = await RawClient.guest(weir.url);
    try {
      await act(client);
      await sleep(random() * 100);
    } finally {
      await client.close();
    }
  }
  for (let round = 0; round < rounds(6, 100); round += 1)
    await Promise.allSettled(stages.map((stage) => stage()));
  const { clients, marks } = await unharmed();
  await expectSound({ ...house, clients, marks });
});

it('[F87] without file descriptors the process waits, spins not, and goes on when there are some again', async () => {
  const { weir } = house;
  const mark = newMark();
  const client = await RawClient.guest(weir.url);
  const limit = async (files: number) =>
    promisify(execFile)('prlimit', ['--pid', String(weir.pid), `--nofile=${files}:`]);
  const { stdout } = await promisify(execFile)('prlimit', [
    '--pid',
    String(weir.pid),
    '--nofile',
    '-o',
    'SOFT',
    '--noheadings',
  ]);
  await limit(openFiles(weir.pid) + 10);
  const crowd = Array.from({ length: 200 }, () => {
    const socket: Socket = connect(weir.port, '127.0.0.1');
    socket.on('error', () => undefined);
    return socket;
  });
  await sleep(1_000);
  const busy = await cpuSeconds(weir.pid);
  await sleep(2_000);
  expect((await cpuSeconds(weir.pid)) - busy).toBeLessThan(1);
  // Whoever is connected already asks while there is nothing to open a connection or a call with.
  const ids = { chatId: newId(), messageId: newId(), replyId: newId(), generationId: newId() };
  const wish = {
    type: 'send',
    ...ids,
    text: `${mark} ${paced({ n: 20, mark })}`,
    model: client.model,
  } as const;
  const first = client.ask(wish);
  await sleep(500);
  for (const socket of crowd) socket.destroy();
  await limit(Number(stdout));
  const refusals = [await first].filter((answer) => answer.type === 'refused');
  expect(refusals.filter((answer) => 'code' in answer && answer.code !== 'storage_unavailable')).toEqual([]);
  expect((await client.ask(wish)).type).toBe('ack');
  client.watch(ids.chatId);
  expect(inWords(await ended(client, ids))).toBe('done stop');
  const late = await RawClient.guest(weir.url);
  const lateMark = newMark();
  const more = await late.say(`${lateMark} ${paced({ n: 20, mark: lateMark })}`, late.model);
  expect(inWords(await ended(late, more))).toBe('done stop');
  await expectSound({ ...house, clients: [client, late], marks: [mark, lateMark], retries: 3 });
});

/** User and system time of a process so far. */
async function cpuSeconds(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const [utime = 0, stime = 0] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
    .map(Number);
  return (utime + stime) / 100;
}
