import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import * as z from 'zod';
import type { ApiCalls } from '#lib/jobs/api-calls.ts';
import { errorAnswers, jsonOf } from './documented.ts';
import { jsonBody } from './json-body.ts';
import { embeddingList } from './shapes.ts';
import { userIdOf, type V1App, type V1Env } from './v1-env.ts';

const mostInputs = 2048;
const text = z
  .string('must be a text: lists of tokens are not taken, the model server may cut texts in another way')
  .min(1, 'must not be empty');

const embeddingRequest = z
  .strictObject({
    model: z.string('must be the id of a model').min(1, 'must be the id of a model'),
    input: z.preprocess(
      (input) => (typeof input === 'string' ? [input] : input),
      z
        .array(text, `must be a text or up to ${mostInputs} texts`)
        .min(1, 'must hold at least one text')
        .max(mostInputs, `must be at most ${mostInputs} texts`),
    ),
    encoding_format: z.enum(['float', 'base64'], 'must be "float" or "base64"').nullish(),
    dimensions: z
      .int('must be a whole number')
      .min(1, 'must be at least 1')
      .max(65_536, 'is too large')
      .nullish(),
    user: z.string().nullish(),
  })
  .meta({ id: 'EmbeddingRequest' });

const route = createRoute({
  method: 'post',
  path: '/embeddings',
  tags: ['Embeddings'],
  summary: 'Make vectors of texts',
  description: 'One call at the model server for all texts together, in its turn at the gate.',
  request: { body: { required: true, content: jsonOf(embeddingRequest) } },
  responses: {
    200: { description: 'One vector for each text.', content: jsonOf(embeddingList) },
    ...errorAnswers,
  },
});

export function createEmbeddings({ calls }: { calls: ApiCalls }): V1App {
  const app = new OpenAPIHono<V1Env>();
  app.openAPIRegistry.registerPath(route);
  app.post('/embeddings', async (c) => {
    const { model, input: inputs, encoding_format, dimensions } = await jsonBody(c, embeddingRequest);
    const request = { inputs, ...(dimensions ? { dimensions } : {}) };
    const call = {
      userId: userIdOf(c),
      model: calls.embeddingModel(model),
      request,
      signal: c.req.raw.signal,
    };
    const { vectors, usage } = await calls.embed(call);
    const encoded = encoding_format === 'base64' ? base64 : (vector: Float32Array) => [...vector];
    const data = vectors.map((vector, index) => ({ object: 'embedding', index, embedding: encoded(vector) }));
    return c.json({
      object: 'list',
      data,
      model,
      ...(usage === null ? {} : { usage: counted(usage.tokensIn) }),
    });
  });
  return app;
}

const counted = (tokens: number) => ({ prompt_tokens: tokens, total_tokens: tokens });

/** Floats of four bytes, little end first, whatever this machine has. */
function base64(vector: Float32Array): string {
  const bytes = Buffer.alloc(vector.length * 4);
  for (const [at, value] of vector.entries()) bytes.writeFloatLE(value, at * 4);
  return bytes.toString('base64');
}
