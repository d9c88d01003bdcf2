import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import * as z from 'zod';
import type { ApiCalls } from '#lib/jobs/api-calls.ts';
import { Refusal } from '#lib/wire/error-code.ts';
import { errorAnswers, jsonOf } from './documented.ts';
import { model, modelList } from './shapes.ts';
import type { V1App, V1Env } from './v1-env.ts';

export interface ModelsParts {
  calls: ApiCalls;
  /** Milliseconds since 1970. */
  startedAt: number;
}

const tags = ['Models'];
const list = createRoute({
  method: 'get',
  path: '/models',
  tags,
  summary: 'List the models',
  description: 'Those that chat, then those that make vectors, by their full ids.',
  responses: { 200: { description: 'All models.', content: jsonOf(modelList) }, 401: errorAnswers[401] },
});
const one = createRoute({
  method: 'get',
  path: '/models/{model}',
  tags,
  summary: 'Look at one model',
  request: { params: z.object({ model: z.string().meta({ description: 'Full id or bare name.' }) }) },
  responses: {
    200: { description: 'The model.', content: jsonOf(model) },
    401: errorAnswers[401],
    404: errorAnswers[404],
  },
});

export function createModels({ calls, startedAt }: ModelsParts): V1App {
  const app = new OpenAPIHono<V1Env>();
  // When a model was made is not known; a date is wanted all the same.
  const created = Math.floor(startedAt / 1000);
  const shown = ({ id, upstream }: { id: string; upstream: string }) => ({
    id,
    object: 'model' as const,
    created,
    owned_by: upstream,
  });
  app.openAPIRegistry.registerPath(list);
  app.openAPIRegistry.registerPath(one);
  app.get('/models', (c) => c.json({ object: 'list', data: calls.models().map(shown) }));
  app.get('/models/:model{.+}', (c) => {
    const name = c.req.param('model');
    const models = calls.models();
    const found = models.find(({ id }) => id === name) ?? models.find(({ label }) => label === name);
    if (found !== undefined) return c.json(shown(found));
    throw new Refusal('unknown_model', `The model \`${name.slice(0, 200)}\` does not exist.`);
  });
  return app;
}
