import type { HttpBindings } from '@hono/node-server';
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import type { ApiKeys } from '#lib/auth/api-keys.ts';
import { Refusal } from '#lib/wire/error-code.ts';
import { ApiError } from './api-error.ts';
import type { BodyRoom } from './body-room.ts';

/** What every handler below /v1 finds: who asks, by their key. */
export interface V1Env {
  Bindings: HttpBindings;
  Variables: { userId: string; room: BodyRoom };
}

/**
 * A part of /v1. Its paths begin after `/v1` (`/files`), its handlers ask `userIdOf(c)`, throw ApiError, Refusal or CallFailure,
 * and what it registers (`app.openAPIRegistry.registerPath`) is in the document at /api/openapi.json.
 */
export type V1App = OpenAPIHono<V1Env>;

/** Whose key came with the request. To be asked below /v1 only. */
export const userIdOf = (c: Context<V1Env>): string => c.get('userId');

/** To be asked before anything is made. @throws Refusal `draining` */
export function refuseWhile(draining: () => boolean): void {
  if (draining())
    throw new Refusal('draining', 'Weir is restarting; try again in a moment.', { retryAfterMs: 3_000 });
}

/** Lets in who shows a key. Cookies count for nothing here, so no page of others can use them. */
export function keyCheck(keys: ApiKeys) {
  return createMiddleware<V1Env>(async (c, next) => {
    const key = /^Bearer +(\S+) *$/i.exec(c.req.header('authorization') ?? '')?.[1];
    if (key === undefined) throw refused(noKey);
    const owner = await keys.owner(key);
    if (owner === null) throw refused(wrongKey);
    c.set('userId', owner.userId);
    await next();
  });
}

const noKey =
  "You didn't provide an API key. Make one in Weir under Settings and send it as 'Authorization: Bearer weir-…'.";
const wrongKey = 'Incorrect API key provided. Make a new one in Weir under Settings.';

function refused(message: string): ApiError {
  const headers = { 'WWW-Authenticate': 'Bearer' };
  return new ApiError(message, {
    status: 401,
    type: 'invalid_request_error',
    code: 'invalid_api_key',
    headers,
  });
}
