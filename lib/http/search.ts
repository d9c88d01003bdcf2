import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import * as z from 'zod';
import type { Search } from '#lib/jobs/search.ts';
import { searchLimits } from '#lib/wire/search.ts';
import type { BodyEnv } from './body.ts';
import { valid } from './json-body.ts';
import { methodNotAllowed, problemBody } from './problem.ts';
import { SearchRate } from './search-rate.ts';

export interface SearchRoutesParts {
  search: Search;
  /** Who asks. @throws Refusal `unauthorized` */
  userIdOf: (c: Context) => Promise<string>;
  /** Milliseconds, monotonic. */
  clock: () => number;
}

const searchQuery = z.object({
  q: z.string().max(searchLimits.textLength).default('').meta({
    description: 'Words, or what is meant. The last word may go on; nothing in it is an operator.',
  }),
  limit: z.coerce.number().int().min(1).max(searchLimits.hits).default(searchLimits.usualHits),
});
const partQuery = z.object({
  chat: z.uuid(),
  message: z.uuid(),
  side: z.enum(['around', 'older', 'newer']).default('around').meta({
    description: 'The page in which the message is, or the one above or below it.',
  }),
});

const hit = z
  .object({
    chatId: z.uuid(),
    chatTitle: z.string(),
    messageId: z.uuid(),
    role: z.enum(['user', 'assistant']),
    createdAt: z.number().meta({ description: 'Milliseconds since 1970.' }),
    snippet: z
      .array(z.object({ text: z.string(), hit: z.boolean() }))
      .meta({ description: 'Plain text, in pieces.' }),
    why: z.array(z.enum(['words', 'meaning'])),
  })
  .meta({ id: 'SearchHit' });
const answer = z
  .object({
    hits: z.array(hit),
    meaning: z.enum(['on', 'off', 'unsupported', 'late', 'failed']).meta({
      description:
        '`on`, or why only words were looked for: no embedding model, no pgvector, too late, or it failed.',
    }),
    index: z.object({ total: z.number(), done: z.number() }),
  })
  .meta({ id: 'SearchAnswer' });

const tags = ['Search'];
// A page's session, no key: what one has written is for oneself to read.
const security = [{ session: [] }];
const problems = {
  400: { description: 'A parameter is wrong; the message names it.' },
  401: { description: 'There is no session.' },
  429: { description: 'Too many searches: try again after `Retry-After` seconds.' },
};
const searchRoute = createRoute({
  ...{ method: 'get', path: '/', tags, security, summary: 'Search one’s own messages' },
  description: 'By words and by meaning, merged; best first. For pages of Weir, with their session.',
  request: { query: searchQuery },
  responses: {
    200: { description: 'What was found.', content: { 'application/json': { schema: answer } } },
    ...problems,
  },
});
const partRoute = createRoute({
  ...{ method: 'get', path: '/part', tags, security, summary: 'The part of a chat in which a message is' },
  request: { query: partQuery },
  responses: {
    200: { description: 'A page of the selected path; none when the message is on another branch.' },
    404: { description: 'The message is not, or no longer, there.' },
    ...problems,
  },
});

/** See wire/search.ts. */
export function createSearchRoutes({ search, userIdOf, clock }: SearchRoutesParts): OpenAPIHono<BodyEnv> {
  const routes = new OpenAPIHono<BodyEnv>();
  const rate = new SearchRate(clock);
  routes.openAPIRegistry.registerComponent('securitySchemes', 'session', {
    type: 'apiKey',
    in: 'cookie',
    name: 'weir',
    description: 'The cookie of a page of Weir.',
  });
  routes.openAPIRegistry.registerPath(searchRoute);
  routes.openAPIRegistry.registerPath(partRoute);
  routes.get('/', async (c) => {
    const userId = await userIdOf(c);
    rate.take(userId);
    const { q: text, limit } = valid(searchQuery, c.req.query());
    return c.json(await search.answer({ userId, text, signal: c.req.raw.signal }, limit));
  });
  routes.get('/part', async (c) => {
    const userId = await userIdOf(c);
    rate.take(userId);
    const { chat: chatId, message: messageId, side } = valid(partQuery, c.req.query());
    const place = { chatId, messageId };
    return c.json(
      await (side === 'around' ? search.part(userId, place) : search.further(userId, place, side)),
    );
  });
  for (const path of ['/', '/part']) {
    routes.all(path, (c) => {
      const problem = methodNotAllowed('GET');
      return c.json(problemBody(problem), problem.status, problem.headers);
    });
  }
  return routes;
}
