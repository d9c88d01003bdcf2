import { randomUUID } from 'node:crypto';
import { Hono } from 'hono';
import { expect, it, onTestFinished } from 'vitest';
import { stage, works } from '#lib/jobs/batch-fixture.ts';
import { memoryBatchStore } from '#lib/store/memory-batch-store.ts';
import { memoryFileStore } from '#lib/store/memory-file-store.ts';
import { createBatchRoutes } from './batches.ts';
import { problemBody, problemOf } from './problem.ts';

/** The routes over memory; the header `x-user` says who asks. */
async function door() {
  const files = memoryFileStore();
  const house = works({ files, store: memoryBatchStore({ files }), limit: 3 });
  await house.worker.start();
  onTestFinished(() => house.worker.drain(0));
  const app = new Hono();
  const userIdOf = async (c: { req: { header(name: string): string | undefined } }) =>
    c.req.header('x-user') ?? '';
  app.route('/', createBatchRoutes({ batches: house.batches, userIdOf, draining: () => false }));
  app.onError((error, c) => {
    const problem = problemOf(error);
    return c.json(problemBody(problem), problem.status);
  });
  const ask = async (method: string, path: string, body?: string, user = 'anna') =>
    app.request(path, { method, headers: { 'x-user': user }, ...(body === undefined ? {} : { body }) });
  return { house, ask };
}

it('[H69] [J92] a person reads so many items live at once; who leaves, and what has ended, makes room', async () => {
  const { house, ask } = await door();
  const { fileId } = await (await ask('POST', '/files?format=csv&name=a.csv', 'city\nUlm\n')).json();
  const id = randomUUID();
  const draft = { id, name: 'a batch', fileId, stages: [stage({ template: '{{city}}' })] };
  await ask('POST', '/', JSON.stringify(draft));
  const call = await house.script.nextCall();
  const read = (user = 'anna') => ask('GET', `/${id}/items/0/live`, undefined, user);
  const open = await Promise.all(Array.from({ length: 32 }, () => read()));
  expect(open.every(({ status }) => status === 200)).toBe(true);
  expect((await read()).status).toBe(429);
  expect((await read('bert')).status).toBe(404);
  await open.pop()?.body?.cancel();
  open.push(await read());
  expect([open.at(-1)?.status, (await read()).status]).toEqual([200, 429]);
  call.say('a town');
  call.finish();
  // Each hears of the end at once: with a second of waiting apiece this test would never be over.
  for (const response of open) await response.text();
  const after = await read();
  expect(after.status).toBe(200);
  expect(await after.text()).toContain('a town');
});
