import { OpenAPIHono } from '@hono/zod-openapi';
import { describe, expect, it } from 'vitest';
import { testServer } from './test-server.ts';
import { userIdOf, type V1Env } from './v1/v1-env.ts';

const methods = ['get', 'post', 'put', 'patch', 'delete'];

describe('what is said of the API', () => {
  it('[H42] the document holds every route below /v1, and no other', async () => {
    const { ask, world } = await testServer();
    const document = JSON.parse((await ask('GET', '/api/openapi.json')).body);
    expect(document.openapi).toBe('3.1.0');
    const said = Object.entries<object>(document.paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method} ${path}`),
    );
    const there = world.v1.routes
      .filter(({ method, path }) => methods.includes(method.toLowerCase()) && !path.includes('*'))
      .map(({ method, path }) => `${method.toLowerCase()} /v1${path.replace(/:(\w+)(\{.*\})?/, '{$1}')}`);
    expect(said.sort()).toEqual([...new Set(there)].sort());
  });

  it('[H42] it names the fields, which are required, and the key', async () => {
    const { ask } = await testServer();
    const { components, security } = JSON.parse((await ask('GET', '/api/openapi.json')).body);
    const request = components.schemas.ChatCompletionRequest;
    expect(request.required).toEqual(['model', 'messages']);
    expect(request.properties.temperature).toMatchObject({ minimum: 0, maximum: 2 });
    expect([components.securitySchemes.key.scheme, security]).toEqual(['bearer', [{ key: [] }]]);
  });

  it('[H42] the page says the same without any script, with its own address', async () => {
    const { ask, origin } = await testServer();
    const { headers, body } = await ask('GET', '/api/docs', { host: origin.slice(7) });
    expect(headers['content-type']).toMatch(/^text\/html/);
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'sha256-/);
    expect(body).not.toMatch(/<script|https:\/\//);
    for (const words of [`${origin}/v1`, '/v1/chat/completions', 'reasoning_effort', 'text/event-stream']) {
      expect(body).toContain(words);
    }
  });

  it('[H15] [H42] the page repeats no name that a request gives us', async () => {
    const { ask, origin } = await testServer();
    const { body } = await ask('GET', '/api/docs', { host: 'evil.example' });
    expect(body).not.toContain('evil.example');
    expect(body).toContain(`${origin}/v1`);
  });

  it('[H43] a part that is mounted besides stands behind the same keys, and in the document', async () => {
    const files = new OpenAPIHono<V1Env>();
    files.openAPIRegistry.registerPath({
      method: 'get',
      path: '/files',
      responses: { 200: { description: 'All files.' } },
    });
    files.get('/files', (c) => c.json({ of: userIdOf(c) }));
    files.get('/files/broken', () => {
      throw new Error('a bug with a secret');
    });
    const { ask, keys, world } = await testServer({ v1: { also: [files] } });
    const { key } = await keys.create('anna', 'x');
    const authorization = `Bearer ${key}`;
    expect((await ask('GET', '/v1/files')).status).toBe(401);
    expect(JSON.parse((await ask('GET', '/v1/files', { authorization })).body)).toEqual({ of: 'anna' });
    const { status, body } = await ask('GET', '/v1/files/broken', { authorization });
    expect([status, JSON.parse(body).error.type]).toEqual([500, 'server_error']);
    expect(body).not.toContain('secret');
    expect(world.log.lines).toMatchObject([{ level: 'error', message: 'call of a program failed' }]);
    expect(Object.keys(JSON.parse((await ask('GET', '/api/openapi.json')).body).paths)).toContain(
      '/v1/files',
    );
  });
});
