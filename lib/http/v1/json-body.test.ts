import { EventEmitter } from 'node:events';
import { OpenAPIHono } from '@hono/zod-openapi';
import { expect, it } from 'vitest';
import * as z from 'zod';
import { BodyRoom } from './body-room.ts';
import { jsonBody } from './json-body.ts';
import type { V1Env } from './v1-env.ts';

const mib = 1024 * 1024;
const anything = z.looseObject({});

/** Asks `times` times, each from a connection that is as `outgoing` says. */
async function asked(times: number, { destroyed, length }: { destroyed: boolean; length?: number }) {
  const room = new BodyRoom(64 * mib);
  const app = new OpenAPIHono<V1Env>();
  app.use('*', async (c, next) => {
    c.set('room', room);
    await next();
  });
  app.post('/', async (c) => c.json(await jsonBody(c, anything)));
  const statuses: number[] = [];
  for (let at = 0; at < times; at += 1) {
    const outgoing = Object.assign(new EventEmitter(), { destroyed });
    const headers: Record<string, string> = length === undefined ? {} : { 'content-length': String(length) };
    const request = new Request('http://weir/', { method: 'POST', body: '{"a":1}', headers });
    statuses.push((await app.fetch(request, { outgoing })).status);
  }
  return statuses;
}

it('[H44] who has hung up already holds no room for a body', async () => {
  const length = 20 * mib;
  expect(await asked(5, { destroyed: true, length })).toEqual([200, 200, 200, 200, 200]);
});

it('[H44] a body that does not say how long it is holds what it has', async () => {
  expect(await asked(5, { destroyed: false })).toEqual([200, 200, 200, 200, 200]);
});
