import { describe, expect, it } from 'vitest';
import type { MetricsParts } from './metrics.ts';
import { testServer } from './test-server.ts';

const text = '# HELP up It is.\n# TYPE up gauge\nup 1\n';
const token = 'token-of-sixteen-characters';

const serving = (metrics: Partial<MetricsParts> = {}) =>
  testServer({ metrics: { exposition: async () => text, token: null, mayBeProxied: false, ...metrics } });

describe('/metrics', () => {
  it('[T13] is Prometheus text that no cache keeps, and only read', async () => {
    const { ask, seen } = await serving();
    const { status, headers, body } = await ask('GET', '/metrics');
    expect([status, body, headers['cache-control']]).toEqual([200, text, 'no-store']);
    expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect((await ask('POST', '/metrics')).status).toBe(405);
    expect(seen).toEqual([]);
  });

  it('[T13] is nothing where nobody measures', async () => {
    const { ask, seen } = await testServer();
    expect((await ask('GET', '/metrics')).status).toBe(404);
    expect(seen).toEqual([]);
  });

  it('[T14] without a token, a proxy in between is refused, however it shows', async () => {
    const { ask } = await serving();
    const asked: Record<string, string>[] = [
      { 'x-forwarded-for': '198.51.100.1' },
      { forwarded: 'for=198.51.100.1' },
      { via: '1.1 proxy' },
      { 'x-real-ip': '198.51.100.1' },
      { host: 'chat.example' },
      { host: 'localhost.evil.example' },
    ];
    for (const headers of asked) {
      const { status, body } = await ask('GET', '/metrics', headers);
      expect([status, body.includes('up 1')], JSON.stringify(headers)).toEqual([403, false]);
    }
    const proxied = await serving({ mayBeProxied: true });
    expect((await proxied.ask('GET', '/metrics')).status).toBe(403);
  });

  it.each(['localhost:3000', '127.0.0.1', '[::1]:3000'])('[T14] %s is this machine', async (host) => {
    const { ask } = await serving();
    expect((await ask('GET', '/metrics', { host })).status).toBe(200);
  });

  it('[T14] a token opens from everywhere, and without it not even this machine reads', async () => {
    const { ask } = await serving({ token, mayBeProxied: true });
    const shown = (authorization: string) =>
      ask('GET', '/metrics', { authorization, 'x-forwarded-for': '198.51.100.1', host: 'chat.example' });
    expect((await shown(`Bearer ${token}`)).body).toBe(text);
    expect((await shown(`bearer ${token}`)).status).toBe(200);
    for (const wrong of [
      '',
      token,
      `Basic ${token}`,
      `Bearer ${token}x`,
      `Bearer ${token.slice(1)}`,
      'Bearer ',
    ]) {
      const { status, headers, body } = await shown(wrong);
      expect([status, headers['www-authenticate'], body.includes('up 1')], wrong).toEqual([
        401,
        'Bearer',
        false,
      ]);
    }
    expect((await ask('GET', '/metrics')).status).toBe(401);
  });

  it('[H6] a fault of its own says nothing of itself', async () => {
    const { ask, log } = await serving({ exposition: () => Promise.reject(new Error('canary')) });
    const { status, body } = await ask('GET', '/metrics');
    expect([status, body.includes('canary')]).toEqual([500, false]);
    expect(log.lines).toHaveLength(1);
  });
});
