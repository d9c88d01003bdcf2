import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from '../place.ts';
import { RawClient } from '../raw-client.ts';
import { newMark, paced, script } from '../script.ts';
import { canaries } from '../weir.ts';
import { ask } from './ask.ts';
import { ended } from './endings.ts';
import { openHouse } from './house.ts';
import { expectSound } from './invariants.ts';
import { frame, RawWs } from './raw-ws.ts';

const secret = 'canary-cookie-secret-4d5e6f70-never-show';
/** What the servers of upstreams say when something is wrong, none of which is ours to pass on. */
const faults = [
  script('status', { code: 401 }),
  script('status', { code: 400 }),
  script('status', { code: 404 }),
  script('status', { code: 502, html: 1 }),
  script('html'),
  script('malformed', { k: 2 }),
  script('cut-json', { k: 2 }),
  script('error-in-stream', { k: 2 }),
  script('error-in-stream', { k: 1, event: 1 }),
  script('reset-after', { k: 2 }),
  script('cut', { k: 2 }),
  script('redirect'),
  script('odd', { k: 2 }),
  script('no-such-script'),
];
const ofUpstreams = /SECRET-PAYLOAD|Incorrect API key|nginx|Bad Gateway<|SyntaxError|ECONN/;

it('[F169] [F170] [F164] [F172] [U18] [H6] with everything logged and everything going wrong, no secret and no word of a chat is in the log, and no secret, stack or upstream text reaches a client', async () => {
  const house = await openHouse({ env: { WEIR_LOG: 'trace', WEIR_SECRET: secret } });
  const { weir } = house;
  const client = await RawClient.guest(weir.url);
  const other = await RawClient.guest(weir.url);
  const mark = newMark();
  const answers = newMark();
  const sent = [];
  for (const fault of faults) sent.push(await client.say(`${mark} ${fault}`, client.model));
  sent.push(await client.say(`${mark} ${paced({ n: 4, mark: answers })}`, client.model));
  for (const one of sent) await ended(client, one);

  // What is thrown at the doors besides.
  const raw = await RawWs.open(weir.port, {
    headers: [
      ['cookie', other.cookie],
      ['origin', weir.url],
    ],
  });
  raw.write(frame(`{"type":"send","text":"${mark}"`));
  raw.write(frame(mark, { reserved: 1 }));
  other.sendText(JSON.stringify({ type: 'rename', requestId: randomUUID(), chatId: mark, title: mark }));
  other.sendText(`${mark}\r\n\u001b[31m{"level":60,"msg":"forged"}\u2028`);
  await other.ask({ type: 'stop-all' });
  const headers = {
    cookie: client.cookie,
    'user-agent': `${mark} {"level":60,"msg":"forged"}`,
    origin: weir.url,
  };
  const seen: string[] = [];
  for (const path of [
    '/',
    `/c/${sent[0]?.chatId}`,
    '/nope',
    '/api/none',
    '/api/session',
    '/healthz',
    '/readyz',
    '/metrics',
    '/.env',
    '/.git/HEAD',
    '/prisma/schema.prisma',
    '/package.json',
    '/..%2f.env',
    '/_next/static/../../.env',
  ]) {
    for (const method of ['GET', 'POST', 'DELETE']) {
      if (method === 'DELETE' && path === '/api/session') continue;
      const told = await ask(weir.port, method, path, { headers, body: method === 'GET' ? '' : `${mark}{` });
      if (/^\/(\.|prisma|package|_next)/.test(path)) expect(told.status, path).toBeGreaterThanOrEqual(400);
      seen.push(JSON.stringify(told));
    }
  }
  seen.push(await weir.metrics(), ...client.frames, ...other.frames, raw.received.toString());
  raw.destroy();
  await expectSound({ ...house, clients: [client, other] });
  const token = (cookie: string) =>
    decodeURIComponent(cookie.slice(cookie.indexOf('=') + 1)).split('.', 1)[0] ?? '';
  const cookies = [client, other].map(({ cookie }) => token(cookie));
  for (const hidden of [...canaries, secret, ...cookies]) {
    expect(hidden.length).toBeGreaterThan(16);
    expect(weir.logs()).not.toContain(hidden);
    for (const text of seen) expect(text).not.toContain(hidden);
  }
  for (const text of [mark, answers, 'w0:', 'forged']) expect(weir.logs()).not.toContain(text);
  expect(weir.logs()).not.toMatch(ofUpstreams);
  for (const text of seen) {
    expect(text).not.toMatch(ofUpstreams);
    expect(text).not.toMatch(
      /\bat (?:\S+ \()?(?:file:|\/|node:)\S*:\d+:\d+|PrismaClient|SELECT "|node_modules|\/work\//,
    );
    expect(text).not.toContain(house.upstream.baseUrl);
  }
  await house.close();
});

it('[F171] the bundle holds no setting, no key and no code of the server', () => {
  const folder = join(root, '.next/static');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
    /\.\w+$/.test(path),
  );
  expect(files.length).toBeGreaterThan(10);
  expect(files.filter((path) => path.endsWith('.map'))).toEqual([]);
  // WEIR_KEY is in the example that the settings page shows.
  const ofServer =
    /\bprocess\.env\.(?!NODE_ENV|WEIR_KEY\b|__?NEXT|NEXT_(?!PUBLIC))\w+|NEXT_PUBLIC_|\bsk-[A-Za-z0-9]{16}|never-show|postgres(?:ql)?:\/\/\w+:|PrismaClient|@prisma|X-Stainless|dangerouslyAllowBrowser|better-auth|node:(?:fs|http|net|crypto)\b|pglite|sourceMappingURL=(?!data:)/;
  const found = files
    .filter((path) => /\.(js|css|html|json|txt)$/.test(path))
    .map((path) => [path, ofServer.exec(readFileSync(join(folder, path), 'utf8'))?.[0]])
    .filter(([, what]) => what !== undefined);
  expect(found).toEqual([]);
  // That they were looked at: words of ours are in there.
  expect(
    files.some(
      (path) => path.endsWith('.js') && readFileSync(join(folder, path), 'utf8').includes('/api/session'),
    ),
  ).toBe(true);
});
