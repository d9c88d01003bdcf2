import { type Context, Hono } from 'hono';
import * as z from 'zod';
import type { ApiKeys } from '#lib/auth/api-keys.ts';
import type { Auth } from '#lib/auth/auth.ts';
import { longestKeyName } from '#lib/wire/api-key.ts';
import { Refusal } from '#lib/wire/error-code.ts';
import type { BodyEnv } from './body.ts';

export interface KeysParts {
  keys: ApiKeys;
  auth: Auth;
}

const newKey = z.strictObject({
  name: z
    .string()
    .trim()
    .min(1)
    .max(longestKeyName)
    .refine((name) => !/\p{Cc}/u.test(name)),
});

/** A person's own keys: to be asked by their pages, with their session. */
export function createKeys({ keys, auth }: KeysParts): Hono<BodyEnv> {
  const app = new Hono<BodyEnv>();
  app.get('/', async (c) => c.json({ keys: await keys.list(await personOf(c, auth)) }));
  app.post('/', async (c) => {
    const userId = await personOf(c, auth);
    const { key, info } = await keys.create(userId, nameIn(c.get('body')));
    return c.json({ key, info }, 201);
  });
  app.delete('/:id', async (c) => {
    if (await keys.revoke(await personOf(c, auth), c.req.param('id'))) return c.body(null, 204);
    throw new Refusal('not_found', 'There is no such key of yours.');
  });
  return app;
}

async function personOf(c: Context, auth: Auth): Promise<string> {
  const visitor = await auth.visitor(c.req.raw.headers);
  if (visitor !== null) return visitor.userId;
  throw new Refusal('unauthorized', 'You are not known here yet. Open Weir in the browser and try again.');
}

/** @throws Refusal `bad_message` */
function nameIn(body: Uint8Array): string {
  let value: unknown = null;
  try {
    value = JSON.parse(Buffer.from(body).toString());
  } catch {
    throw new Refusal('bad_message', 'Send JSON like {"name": "laptop"}.');
  }
  const read = newKey.safeParse(value);
  if (read.success) return read.data.name;
  throw new Refusal('bad_message', `Give the key a name of 1 to ${longestKeyName} characters.`);
}
