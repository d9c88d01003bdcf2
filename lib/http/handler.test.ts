import { describe, expect, it } from 'vitest';
import { testServer } from './test-server.ts';

describe('every answer', () => {
  it('[F138] [H10] carries the safety headers, whoever gives it', async () => {
    const { ask, askAsPage } = await testServer({
      next: async (req) => {
        if (req.url === '/broken') throw new Error('canary');
        return null;
      },
    });
    const answers = [
      await ask('GET', '/healthz'),
      await ask('GET', '/api/none'),
      await ask('POST', '/api/session'),
      await askAsPage('POST', '/api/session'),
      await ask('POST', '/'),
      await ask('GET', '/_next/image?url=http://127.0.0.1'),
      await ask('GET', '/broken'),
    ];
    for (const { headers } of answers) {
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'same-origin',
        'x-frame-options': 'DENY',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'permissions-policy': expect.stringContaining('camera=()'),
        'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
      });
      for (const absent of [
        'x-powered-by',
        'server',
        'strict-transport-security',
        'access-control-allow-origin',
      ]) {
        expect(headers[absent]).toBeUndefined();
      }
    }
  });

  it('[F138] [H10] tells browsers to stay on HTTPS where people come over HTTPS', async () => {
    const { ask } = await testServer({ secure: true });
    expect((await ask('GET', '/')).headers['strict-transport-security']).toBe('max-age=31536000');
  });
});

describe('a page', () => {
  it('[F136] [H11] has a policy without unsafe scripts, with a nonce that is new each time and known to Next', async () => {
    const { ask, seen } = await testServer();
    const policies = [await ask('GET', '/'), await ask('GET', '/')].map((page) =>
      String(page.headers['content-security-policy']),
    );
    const nonces = policies.map((policy) => /'nonce-([A-Za-z0-9+/]{22}==)'/.exec(policy)?.[1]);
    expect(new Set(nonces).size).toBe(2);
    expect(seen.map(({ headers }) => headers['x-nonce'])).toEqual(nonces);
    expect(seen.map(({ headers }) => headers['content-security-policy'])).toEqual(policies);
    const scripts = policies[0]?.split('; ').find((directive) => directive.startsWith('script-src'));
    expect(scripts).toBe(`script-src 'self' 'nonce-${nonces[0]}' 'strict-dynamic'`);
    for (const closed of [
      "object-src 'none'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
      "form-action 'self'",
      "default-src 'self'",
    ]) {
      expect(policies[0]).toContain(closed);
    }
  });

  it('[H11] allows eval in development alone', async () => {
    const { ask } = await testServer({ development: true });
    expect((await ask('GET', '/')).headers['content-security-policy']).toContain("'unsafe-eval'");
  });

  it('[F130] [H12] is kept by no cache, whatever Next says; hashed files keep what Next says', async () => {
    const { ask } = await testServer();
    expect((await ask('GET', '/c/1')).headers['cache-control']).toBe('private, no-store');
    const file = await ask('GET', '/_next/static/chunks/a.js');
    expect(file.headers['cache-control']).toBe('s-maxage=31536000');
    expect(file.headers['content-security-policy']).not.toContain('nonce');
  });

  it('[F119] [F120] [F137] [H13] never sees what only insiders may say', async () => {
    const { ask, seen } = await testServer();
    const lies = {
      'x-nonce': '"><script>alert(1)</script>',
      'content-security-policy': "script-src 'nonce-evil'",
      'content-security-policy-report-only': "script-src 'nonce-evil'",
      'x-middleware-subrequest': 'middleware:middleware:middleware',
      'x-middleware-rewrite': '/evil',
      'x-middleware-set-cookie': 'a=b',
      'x-forwarded-for': '198.51.100.1',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
      'x-forwarded-user': 'admin',
      'x-real-ip': '198.51.100.1',
      forwarded: 'for=198.51.100.1;host=evil.example',
      'x-matched-path': '/evil',
      'x-invoke-path': '/evil',
      'x-nextjs-data': '1',
      'x-now-route-matches': 'evil',
      'x-prerender-revalidate': 'evil',
      'next-action': 'evil',
      'next-resume': '1',
    };
    const kept = {
      rsc: '1',
      'next-router-prefetch': '1',
      'next-url': '/',
      cookie: 'a=b',
      accept: 'text/html',
    };
    const page = await ask('GET', '/', { ...lies, ...kept });
    const headers = seen[0]?.headers ?? {};
    expect(headers).toMatchObject(kept);
    const own = ['x-nonce', 'content-security-policy'];
    for (const name of Object.keys(lies).filter((name) => !own.includes(name)))
      expect(headers[name], name).toBeUndefined();
    expect(JSON.stringify([headers, page.headers])).not.toMatch(/evil|alert|198\.51/);
  });

  it('[F134] [F166] [F167] [H14] is only read: other methods, Server Functions among them, end before Next', async () => {
    const { ask, askAsPage, seen } = await testServer();
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND']) {
      for (const path of ['/', '/c/1', '/_next/static/a.js', '/__nextjs_error_feedback']) {
        const headers = { 'next-action': 'x'.repeat(40), 'content-type': 'multipart/form-data; boundary=b' };
        const body = method === 'TRACE' ? '' : '--b\r\n\r\n$1\r\n--b--';
        const answer = await askAsPage(method, path, headers, body);
        expect([answer.status, answer.headers.allow], `${method} ${path}`).toEqual([405, 'GET, HEAD']);
      }
    }
    expect((await ask('GET', '/_next/image?url=%2Fa.png&w=64&q=75')).status).toBe(404);
    expect(seen).toEqual([]);
    expect((await ask('HEAD', '/')).status).toBe(200);
  });

  it('[H14] lets the overlay of the development server speak, in development alone', async () => {
    const { ask, seen } = await testServer({ development: true });
    await ask('POST', '/__nextjs_original-stack-frames', {}, '{}');
    expect((await ask('POST', '/', {}, '{}')).status).toBe(405);
    expect(seen.map(({ url }) => url)).toEqual(['/__nextjs_original-stack-frames']);
  });
});

describe('a hostile request', () => {
  it('[F155] [H15] that names another server is refused before anybody acts on it', async () => {
    const { raw, seen, log } = await testServer();
    const targets = [
      'http://127.0.0.1:1/',
      '//127.0.0.1:1/',
      '/\\127.0.0.1:1/',
      '*',
      'http:///',
      '/a\\b',
      '//',
    ];
    for (const target of targets) {
      const answer = await raw(`OPTIONS ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
      expect(answer, target).toMatch(/^HTTP\/1\.1 400 /);
      expect(answer).not.toContain('127.0.0.1');
    }
    expect([seen, log.lines]).toEqual([[], []]);
  });

  it('[F137] [H15] has its Host in no answer of ours', async () => {
    const { ask } = await testServer();
    for (const path of ['/', '/api/session', '/_next/image', '/readyz']) {
      const answer = await ask('GET', path, { host: 'evil.example' });
      expect(JSON.stringify(answer)).not.toContain('evil');
    }
  });

  it('[F170] [H16] a page that fails gets 500 without details, the log has it, and the next request is served', async () => {
    const { ask, log } = await testServer({
      next: async (req, res) => {
        if (req.url === '/late') {
          res.write('half a page');
          throw new Error('canary late');
        }
        if (req.url === '/early') throw new Error('canary early');
        return res.end('fine');
      },
    });
    const early = await ask('GET', '/early');
    expect([early.status, early.headers['cache-control']]).toEqual([500, 'private, no-store']);
    expect(early.body).not.toContain('canary');
    await expect(ask('GET', '/late')).rejects.toThrow(/aborted|hang up|ECONNRESET/);
    expect((await ask('GET', '/')).body).toBe('fine');
    expect(log.lines.map((line) => line.level)).toEqual(['error', 'error']);
  });

  it('[F158] [H17] that is slow, endless or huge is let go', async () => {
    const patience = { headersMs: 100, requestMs: 200, idleMs: 100, checkMs: 20 };
    const { raw, origin, seen, log } = await testServer({ patience });
    // Without those clocks, which on a busy machine could be the first to say something.
    const patient = await testServer();
    const head = `POST /api/session HTTP/1.1\r\nHost: x\r\nOrigin: ${origin}\r\n`;
    expect(await raw('GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ')).toMatch(/^(HTTP\/1\.1 408 |$)/);
    expect(await raw(`${head}Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n`)).toMatch(/^HTTP\/1\.1 408 /);
    expect(await patient.raw(`GET / HTTP/1.1\r\nHost: x\r\nX-Huge: ${'x'.repeat(17_000)}\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 431 /,
    );
    expect(await patient.raw('GET / HTTP/1.1\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
    expect(await patient.raw('CONNECT 127.0.0.1:1 HTTP/1.1\r\nHost: x\r\n\r\n')).toBe('');
    expect([seen, log.lines, patient.seen, patient.log.lines]).toEqual([[], [], [], []]);
  });

  it('[H17] a client that leaves in the middle harms nobody', async () => {
    const { port, ask, log } = await testServer({
      next: async (_req, res) => setTimeout(() => res.end('late'), 20),
    });
    const { connect } = await import('node:net');
    await Promise.all(
      Array.from(
        { length: 20 },
        () =>
          new Promise<void>((resolve) => {
            const socket = connect(port, '127.0.0.1', () => {
              socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n', () => socket.resetAndDestroy());
            });
            socket.on('close', () => resolve());
            socket.on('error', () => resolve());
          }),
      ),
    );
    expect((await ask('GET', '/')).body).toBe('late');
    expect(log.lines).toEqual([]);
  });
});
