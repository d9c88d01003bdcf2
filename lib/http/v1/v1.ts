import { OpenAPIHono } from '@hono/zod-openapi';
import { createMiddleware } from 'hono/factory';
import type { ApiKeys } from '#lib/auth/api-keys.ts';
import type { ApiCalls } from '#lib/jobs/api-calls.ts';
import type { Log } from '#lib/telemetry/log.ts';
import { ApiError, apiErrorOf, notThere } from './api-error.ts';
import { BodyRoom } from './body-room.ts';
import { createChatCompletions } from './chat-completions.ts';
import { createEmbeddings } from './embeddings.ts';
import { createModels } from './models.ts';
import { keyCheck, type V1App, type V1Env } from './v1-env.ts';

export interface V1Parts {
  keys: ApiKeys;
  calls: ApiCalls;
  log: Log;
  newId: () => string;
  /** Milliseconds since 1970. */
  now: () => number;
  /** Further parts of /v1, behind the same check of keys. */
  also?: readonly V1App[];
}

/** Everything below /v1, in OpenAI's shapes: keys, request ids and errors are seen to here, once for all parts. */
export function createV1({ keys, calls, log, newId, now, also = [] }: V1Parts): V1App {
  const v1 = new OpenAPIHono<V1Env>();
  const report = (error: unknown) => {
    const { status, cause = error } = apiErrorOf(error);
    if (status === 500) log.error({ err: cause }, 'call of a program failed');
  };
  const chat = createChatCompletions({ calls, newId, now, report });
  const models = createModels({ calls, startedAt: now() });
  v1.use('*', numbered(newId), keyCheck(keys), roomy(new BodyRoom()));
  for (const part of [chat, createEmbeddings({ calls }), models, ...also]) v1.route('/', part);
  v1.all('*', (c) => {
    throw isKnown(v1, c.req.path) ? wrongMethod(c.req.method) : notThere(c.req.method, c.req.path);
  });
  v1.onError((error, c) => {
    const told = apiErrorOf(error);
    // Whoever has left is told nothing, and leaving is no fault.
    if (!c.req.raw.signal.aborted) report(error);
    return c.json(told.body, told.status, { ...told.headers });
  });
  return v1;
}

/** An id for each answer, so that a person can say which one they mean. */
function numbered(newId: () => string) {
  return createMiddleware<V1Env>(async (c, next) => {
    c.header('x-request-id', `req_${newId().replaceAll('-', '')}`);
    c.header('Cache-Control', 'no-store');
    await next();
  });
}

function roomy(room: BodyRoom) {
  return createMiddleware<V1Env>(async (c, next) => {
    c.set('room', room);
    await next();
  });
}

/** Whether another method would have found something. */
function isKnown(v1: V1App, path: string): boolean {
  return v1.routes.some(({ path: known }) => !known.includes('*') && `/v1${known}` === path);
}

function wrongMethod(method: string): ApiError {
  const message = `Not allowed to ${method} on this address.`;
  return new ApiError(message, { status: 405, type: 'invalid_request_error', code: 'method_not_supported' });
}
