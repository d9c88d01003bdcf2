import { describe, expect, it } from 'vitest';
import { testServer } from './test-server.ts';

const json = { 'content-type': 'application/json' };

async function door() {
  const server = await testServer();
  const { visitor, cookie } = server.auth.guest();
  const make = (name: unknown, by = cookie) =>
    server.askAsPage('POST', '/api/keys', { ...json, cookie: by }, JSON.stringify({ name }));
  const list = async (by = cookie) => JSON.parse((await server.ask('GET', '/api/keys', { cookie: by })).body);
  return { ...server, visitor, cookie, make, list };
}

describe('API keys over HTTP', () => {
  it('[H22] are made with a name, shown once, listed without, and revoked', async () => {
    const { make, list, askAsPage, cookie, keys, visitor } = await door();
    const made = await make('  laptop ');
    expect([made.status, made.headers['cache-control']]).toEqual([201, 'private, no-store']);
    const { key, info } = JSON.parse(made.body);
    expect(info).toMatchObject({ name: 'laptop', lastFour: key.slice(-4) });
    expect(await keys.owner(key)).toEqual({ userId: visitor.userId, keyId: info.id });
    const listed = await list();
    expect(listed.keys).toMatchObject([{ id: info.id, name: 'laptop' }]);
    expect(JSON.stringify(listed)).not.toContain(key);
    const revoke = () => askAsPage('DELETE', `/api/keys/${info.id}`, { cookie });
    expect((await revoke()).status).toBe(204);
    expect([await list(), await keys.owner(key)]).toEqual([{ keys: [] }, null]);
  });

  it.each([null, 7, '', '   ', 'x'.repeat(81), 'a\nb', ['x']])('[H22] %j is no name', async (name) => {
    const { make, list } = await door();
    expect(await make(name)).toMatchObject({ status: 400, body: expect.stringContaining('1 to 80') });
    expect(await list()).toEqual({ keys: [] });
  });

  it('[H22] what is no JSON says so', async () => {
    const { askAsPage, cookie } = await door();
    expect((await askAsPage('POST', '/api/keys', { ...json, cookie }, '{"name":')).status).toBe(400);
  });

  it('[H22] belong to the session that asks: others neither see nor revoke them', async () => {
    const { make, list, auth, askAsPage } = await door();
    const { info } = JSON.parse((await make('mine')).body);
    const other = auth.guest().cookie;
    expect(await list(other)).toEqual({ keys: [] });
    const foreign = await askAsPage('DELETE', `/api/keys/${info.id}`, { cookie: other });
    const unknown = await askAsPage('DELETE', '/api/keys/00000000-0000-7000-8000-000000000000', {
      cookie: other,
    });
    expect([foreign.status, foreign.body]).toEqual([404, unknown.body]);
    expect((await list()).keys).toHaveLength(1);
  });

  it('[H22] nobody without a session, and no page of others, has any business here', async () => {
    const { ask, askAsPage, cookie, list } = await door();
    const body = JSON.stringify({ name: 'x' });
    expect((await ask('GET', '/api/keys')).status).toBe(401);
    expect((await askAsPage('POST', '/api/keys', json, body)).status).toBe(401);
    const evil = { ...json, cookie, origin: 'http://evil.example', 'sec-fetch-site': 'cross-site' };
    expect((await ask('POST', '/api/keys', evil, body)).status).toBe(403);
    expect(await list()).toEqual({ keys: [] });
  });
});

describe('keys below /v1', () => {
  it('[H23] a session is no key there, and a key is no session below /api', async () => {
    const { ask, cookie, make } = await door();
    const { key } = JSON.parse((await make('x')).body);
    const bearer = { authorization: `Bearer ${key}` };
    expect((await ask('GET', '/v1/models', { cookie })).status).toBe(401);
    expect((await ask('GET', '/v1/models', bearer)).status).toBe(200);
    expect((await ask('GET', '/api/keys', bearer)).status).toBe(401);
  });

  it('[H23] pages of other origins get no leave to read', async () => {
    const { ask } = await door();
    const asked = { origin: 'http://evil.example', 'access-control-request-method': 'POST' };
    for (const method of ['OPTIONS', 'GET']) {
      const { headers } = await ask(method, '/v1/models', asked);
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });
});
