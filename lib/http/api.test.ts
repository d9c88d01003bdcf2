import { describe, expect, it } from 'vitest';
import { memoryAuth } from '#lib/auth/memory-auth.ts';
import { testServer } from './test-server.ts';

const cookieOf = (setCookie: string[] | undefined) => setCookie?.[0]?.split(';', 1)[0] ?? '';
const codeOf = (body: string): unknown => JSON.parse(body).error.code;

describe('the session over HTTP', () => {
  it('[H1] the first call makes a guest, the next finds the same one and sets no cookie', async () => {
    const { askAsPage, auth } = await testServer();
    const first = await askAsPage('POST', '/api/session');
    expect(first.status).toBe(200);
    expect(first.headers['cache-control']).toBe('private, no-store');
    const cookie = cookieOf(first.headers['set-cookie']);
    const visitor = await auth.visitor(new Headers({ cookie }));
    expect(JSON.parse(first.body)).toEqual({ userId: visitor?.userId, guest: true });
    const second = await askAsPage('POST', '/api/session', { cookie });
    expect(second.body).toBe(first.body);
    expect(second.headers['set-cookie']).toBeUndefined();
  });

  it('[F120] [F121] [H1] who one is comes from the cookie alone, whatever body and headers say', async () => {
    const { askAsPage, auth } = await testServer();
    const { visitor, cookie } = auth.guest();
    const lies = JSON.stringify({ userId: 'admin', guest: false, isAnonymous: false, createdAt: 0 });
    const headers = {
      cookie,
      'x-user-id': 'admin',
      'x-forwarded-user': 'admin',
      'content-type': 'application/json',
    };
    const answer = await askAsPage('POST', '/api/session', headers, lies);
    expect(JSON.parse(answer.body)).toEqual({ userId: visitor.userId, guest: true });
  });

  it('[F129] [H2] logging out revokes the session, tells it, and clears the cookie', async () => {
    const { askAsPage, auth } = await testServer();
    const { visitor, cookie, headers } = auth.guest();
    const told: string[] = [];
    auth.onEnd(({ sessionId }) => told.push(sessionId));
    const answer = await askAsPage('DELETE', '/api/session', { cookie });
    expect([answer.status, answer.body]).toEqual([204, '']);
    expect(answer.headers['set-cookie']?.[0]).toMatch(/=; Max-Age=0;.*HttpOnly/);
    expect(answer.headers['cache-control']).toBe('private, no-store');
    expect(told).toEqual([visitor.sessionId]);
    expect(await auth.visitor(headers)).toBeNull();
  });

  it('[F133] [F134] [F135] [H3] what did not come from a page of ours changes nothing: 403', async () => {
    const { ask, origin, port, auth } = await testServer();
    const { cookie, headers } = auth.guest();
    const tricks: Record<string, string>[] = [
      {},
      { origin: '' },
      { origin: 'null' },
      { origin: 'http://evil.example' },
      { origin: `http://localhost.evil.example:${port}` },
      { origin: `${origin}.evil.example` },
      { origin: `http://127.0.0.1:${port + 1}` },
      { origin: origin.replace('http', 'https') },
      { origin: origin.toUpperCase() },
      { origin: `${origin}/` },
      { origin: 'http://evil.example', host: 'evil.example' },
      { origin: 'http://evil.example', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'http' },
      { origin, 'sec-fetch-site': 'cross-site' },
      { origin, 'sec-fetch-site': 'same-site' },
      { origin, 'sec-fetch-site': 'none' },
      { 'sec-fetch-site': 'same-origin' },
      { origin: origin.replace('http://', 'http://user@') },
      { origin: origin.replace(`:${port}`, `.:${port}`) },
    ];
    for (const trick of tricks) {
      for (const method of ['POST', 'DELETE', 'PUT', 'PATCH', 'OPTIONS']) {
        for (const type of ['text/plain', 'application/json', 'multipart/form-data', '']) {
          const sent = type === '' ? trick : { ...trick, 'content-type': type };
          const answer = await ask(method, '/api/session', { ...sent, cookie }, '{}');
          expect([answer.status, codeOf(answer.body)], `${method} ${JSON.stringify(sent)}`).toEqual([
            403,
            'foreign_origin',
          ]);
          expect(answer.headers['set-cookie']).toBeUndefined();
          expect(answer.headers['access-control-allow-origin']).toBeUndefined();
        }
      }
    }
    expect(await auth.visitor(headers)).not.toBeNull();
  });

  it('[F135] [H3] no route shares an answer with another origin, asked plainly or beforehand', async () => {
    const { ask, origin } = await testServer();
    const foreign = [
      'null',
      'http://evil.example',
      `${origin}.evil.example`,
      origin.replace('http', 'https'),
    ];
    for (const from of [...foreign, origin]) {
      for (const path of [
        '/',
        '/c/1',
        '/api/session',
        '/api/none',
        '/healthz',
        '/readyz',
        '/metrics',
        '/_next/static/a.js',
      ]) {
        for (const method of ['GET', 'POST', 'OPTIONS']) {
          const asked = {
            origin: from,
            'access-control-request-method': 'DELETE',
            'access-control-request-headers': 'x',
          };
          const { headers } = await ask(method, path, asked);
          const shared = Object.keys(headers).filter((name) => name.startsWith('access-control-'));
          expect(shared, `${method} ${path} from ${from}`).toEqual([]);
          expect(headers['cross-origin-resource-policy']).toBe('same-origin');
        }
      }
    }
  });

  it('[F133] [H3] two Origin headers are not one good one', async () => {
    const { raw, origin } = await testServer();
    const answer = await raw(
      `POST /api/session HTTP/1.1\r\nHost: x\r\nOrigin: ${origin}\r\nOrigin: http://evil.example\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 403 /);
  });

  it('[F134] [H4] reading changes nothing', async () => {
    const { askAsPage, auth } = await testServer();
    const { cookie, headers } = auth.guest();
    for (const method of ['GET', 'HEAD']) {
      for (const path of ['/api/session', '/api', '/api/', '/api/session/', '/healthz', '/readyz']) {
        const answer = await askAsPage(method, path, { cookie });
        expect(answer.headers['set-cookie'], `${method} ${path}`).toBeUndefined();
      }
    }
    expect(await auth.visitor(headers)).not.toBeNull();
    expect((await askAsPage('GET', '/api/session')).headers.allow).toBe('POST, DELETE');
  });

  it('[H5] too many guests: 429 with the seconds to wait', async () => {
    const one = { burst: 1, everyMs: 90_000 };
    const { askAsPage } = await testServer({
      auth: memoryAuth({ limits: { perAddress: one, all: one, addresses: 9 } }),
    });
    expect((await askAsPage('POST', '/api/session')).status).toBe(200);
    const refused = await askAsPage('POST', '/api/session', { 'x-forwarded-for': '198.51.100.1' });
    expect([refused.status, codeOf(refused.body)]).toEqual([429, 'too_many_requests']);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(80);
  });

  it('[H5] the database away: 503 with the seconds to wait, and a line in the log', async () => {
    const { askAsPage, auth, log } = await testServer();
    const { cookie } = auth.guest();
    auth.setAway(true);
    for (const method of ['POST', 'DELETE']) {
      const answer = await askAsPage(method, '/api/session', { cookie });
      expect([answer.status, codeOf(answer.body)]).toEqual([503, 'storage_unavailable']);
      expect(answer.headers['retry-after']).toBe('5');
    }
    expect(log.lines.filter((line) => line.level === 'error')).toHaveLength(2);
  });

  it('[F170] [H6] an error of our own says nothing of itself: 500, and the log has it', async () => {
    const auth = memoryAuth();
    auth.enter = async () => {
      throw new TypeError('canary at /srv/weir/secret.ts');
    };
    const { askAsPage, log } = await testServer({ auth });
    const answer = await askAsPage('POST', '/api/session');
    expect([answer.status, codeOf(answer.body)]).toEqual([500, 'server_error']);
    expect(answer.body).not.toMatch(/canary|TypeError|\.ts/);
    expect(log.lines[0]?.fields.err).toBeInstanceOf(TypeError);
  });

  it('[F158] [H7] a body over 64 KiB is refused by its bytes, declared or not', async () => {
    const { askAsPage, raw, origin, seen } = await testServer();
    const chars = 'é'.repeat(33 * 1024);
    expect((await askAsPage('POST', '/api/session', {}, chars)).status).toBe(413);
    const head = `POST /api/session HTTP/1.1\r\nHost: x\r\nOrigin: ${origin}\r\nConnection: close\r\n`;
    const chunk = `4000\r\n${'x'.repeat(0x4000)}\r\n`;
    const endless = await raw(`${head}Transfer-Encoding: chunked\r\n\r\n`, ...Array<string>(5).fill(chunk));
    expect(endless).toMatch(/^HTTP\/1\.1 413 /);
    expect(seen).toEqual([]);
  });

  it('[H8] what is not there is 404 JSON, never a page', async () => {
    const { ask, askAsPage, seen } = await testServer();
    for (const path of [
      '/api',
      '/api/',
      '/api/auth/sign-in/anonymous',
      '/api/chats/1',
      '/api/session/x',
      '/api/%2e%2e/c/1',
    ]) {
      for (const [method, asked] of [
        ['GET', ask],
        ['POST', askAsPage],
      ] as const) {
        const answer = await asked(method, path);
        expect([answer.status, codeOf(answer.body)], `${method} ${path}`).toEqual([404, 'not_found']);
      }
    }
    expect(seen).toEqual([]);
  });
});

describe('what supervisors ask', () => {
  it('[H9] /healthz is the process, /readyz the database and the will to serve', async () => {
    let [database, draining] = [true, false];
    const { ask } = await testServer({
      pingStore: () => (database ? Promise.resolve() : Promise.reject(new Error('canary down'))),
      draining: () => draining,
    });
    const ready = async () => {
      const { status, body } = await ask('GET', '/readyz');
      return { status, ...JSON.parse(body) };
    };
    expect(await ready()).toEqual({ status: 200, ready: true, database: true, draining: false });
    database = false;
    expect(await ready()).toEqual({ status: 503, ready: false, database: false, draining: false });
    [database, draining] = [true, true];
    expect(await ready()).toEqual({ status: 503, ready: false, database: true, draining: true });
    expect((await ask('GET', '/healthz')).status).toBe(200);
    expect((await ask('POST', '/healthz')).status).toBe(405);
  });

  it('[H9] a database that never answers is not waited for', async () => {
    const { ask } = await testServer({ pingStore: () => new Promise<void>(() => undefined) });
    expect((await ask('GET', '/readyz')).status).toBe(503);
  });
});
