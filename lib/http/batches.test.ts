import { randomUUID } from 'node:crypto';
import { OpenAPIHono } from '@hono/zod-openapi';
import { Hono } from 'hono';
import { describe, expect, it, onTestFinished } from 'vitest';
import { memoryApiKeys } from '#lib/auth/memory-api-keys.ts';
import { memoryAuth } from '#lib/auth/memory-auth.ts';
import { inState, promptIn, stage, until, type Works, works } from '#lib/jobs/batch-fixture.ts';
import { memoryBatchStore } from '#lib/store/memory-batch-store.ts';
import { memoryFileStore } from '#lib/store/memory-file-store.ts';
import { memoryLog } from '#lib/telemetry/memory-log.ts';
import { batchItem, batchList, batchSummary } from '#lib/wire/batch.ts';
import { Refusal } from '#lib/wire/error-code.ts';
import { createApi } from './api.ts';
import { createBatchRoutes } from './batches.ts';
import { problemBody, problemOf } from './problem.ts';
import type { V1Env } from './v1/v1-env.ts';

/** The routes over memory; the header `x-user` says who asks. */
async function door({ draining = false } = {}) {
  const files = memoryFileStore();
  const house: Works = works({ files, store: memoryBatchStore({ files }), limit: 3 });
  await house.worker.start();
  onTestFinished(() => house.worker.drain(0));
  const userIdOf = async (c: { req: { header(name: string): string | undefined } }) => {
    const user = c.req.header('x-user');
    if (user === undefined) throw new Refusal('unauthorized', 'Who are you?');
    return user;
  };
  const app = new Hono();
  app.route('/', createBatchRoutes({ batches: house.batches, userIdOf, draining: () => draining }));
  app.onError((error, c) => {
    const problem = problemOf(error);
    return c.json(problemBody(problem), problem.status);
  });
  const ask = async (method: string, path: string, body?: unknown, user: string | null = 'anna') => {
    const raw = typeof body === 'string' ? body : JSON.stringify(body);
    const headers: Record<string, string> = user === null ? {} : { 'x-user': user };
    return app.request(path, { method, headers, ...(body === undefined ? {} : { body: raw }) });
  };
  const json = async (method: string, path: string, body?: unknown, user?: string) => {
    const response = await ask(method, path, body, user);
    return { status: response.status, body: await response.json() };
  };
  const started = async (csv: string, template: string) => {
    const { body } = await json('POST', '/files?format=csv&name=my.csv', csv);
    const id = randomUUID();
    const wanted = { id, name: 'my batch', fileId: body.fileId, stages: [stage({ template })] };
    return json('POST', '/', wanted).then((answer) => ({ ...answer, id, wanted }));
  };
  return { house, ask, json, started };
}

async function answer(house: Works, count: number, say: (prompt: string) => string): Promise<void> {
  for (let at = 0; at < count; at += 1) {
    const call = await house.script.nextCall();
    call.say(say(promptIn(call)));
    call.finish();
  }
}

describe('batches over HTTP', () => {
  it('[H50] from the file over the preview to the results', async () => {
    const { house, ask, json } = await door();
    const uploaded = await json(
      'POST',
      '/files?format=csv&name=my.csv',
      'city,year\nUlm,1890\n"Bad, Ems",1791\n',
    );
    expect(uploaded).toMatchObject({
      status: 200,
      body: { total: 2, columns: ['city', 'year'], format: 'csv', name: 'my.csv' },
    });
    expect(uploaded.body.firstItems[1]).toEqual({ city: 'Bad, Ems', year: '1791' });
    const draft = {
      fileId: uploaded.body.fileId,
      stages: [stage({ template: 'What of {{city}} in {{year}}?', system: 'Be short.' })],
    };
    const preview = await json('POST', '/preview', draft);
    expect(preview.body.prompts).toEqual([
      { index: 0, system: 'Be short.', prompt: 'What of Ulm in 1890?' },
      { index: 1, system: 'Be short.', prompt: 'What of Bad, Ems in 1791?' },
    ]);
    expect(preview.body.estimate.calls).toBe(2);
    const id = randomUUID();
    const wanted = { ...draft, id, name: 'my batch' };
    const made = await json('POST', '/', wanted);
    expect(made.status).toBe(201);
    expect(batchSummary.parse(made.body)).toMatchObject({ id, name: 'my batch', viaApi: false });
    expect((await json('POST', '/', wanted)).body.id).toBe(id);
    await answer(house, 2, (prompt) => `=${prompt}`);
    await inState(house, id, 'completed');
    expect(batchList.parse((await json('GET', '/')).body).batches.map(({ state }) => state)).toEqual([
      'completed',
    ]);
    expect(batchItem.parse((await json('GET', `/${id}/items/1`)).body)).toMatchObject({ state: 'done' });
    const csv = await ask('GET', `/${id}/results.csv`);
    expect(csv.headers.get('content-disposition')).toMatch(
      /^attachment; filename="my-batch-\d{4}-\d\d-\d\d\.csv"; filename\*=UTF-8''my-batch-\d{4}-\d\d-\d\d\.csv$/,
    );
    const rows = (await csv.text()).split('\r\n');
    expect(rows[0]).toContain('item,custom_id,state,city,year,stage.answer,partial,error');
    expect(rows[2]).toContain(`"Bad, Ems",1791,"'=What of Bad, Ems in 1791?"`);
    const lines = (await (await ask('GET', `/${id}/results.jsonl`)).text()).trimEnd().split('\n');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      item: 1,
      outputs: { answer: '=What of Ulm in 1890?' },
      error: null,
    });
    expect((await ask('DELETE', `/${id}`)).status).toBe(204);
    expect((await json('GET', `/${id}`)).status).toBe(404);
  });

  it('[H51] what is wrong with a file or a template is 422 with every place, and starts nothing', async () => {
    const { json, started } = await door();
    const bad = await json('POST', '/files?format=csv', 'a,b\n1\n');
    expect(bad).toMatchObject({ status: 422, body: { count: 1, problems: [{ line: 2, column: 2 }] } });
    const wrong = await started('a\n1\n', 'say {{b}}');
    expect(wrong).toMatchObject({
      status: 422,
      body: { problems: [{ stage: 'answer', line: 1, column: 5 }] },
    });
    expect((await json('GET', '/')).body.batches).toEqual([]);
  });

  it('[H66] what was cancelled is run by `which`, and downloads hold what had come of it apart', async () => {
    const { house, ask, json, started } = await door();
    const { id } = await started('a\none\ntwo\n', 'say {{a}}');
    await until(() => house.script.open === 2);
    house.script.calls[0]?.say('half');
    expect((await json('POST', `/${id}/cancel`)).body.state).toBe('cancelling');
    await inState(house, id, 'cancelled');
    const lines = (await (await ask('GET', `/${id}/results.jsonl`)).text()).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).partial)).toEqual([{ answer: 'half' }, null]);
    expect((await json('POST', `/${id}/retry`, {})).status).toBe(409);
    expect((await json('POST', `/${id}/retry`, { which: 'all' })).status).toBe(400);
    expect((await json('POST', `/${id}/retry`, { which: 'cancelled' })).body).toMatchObject({
      state: 'running',
      counts: { cancelled: 0 },
    });
    await until(() => house.script.calls.length === 4);
    for (const call of house.script.calls.slice(2)) {
      call.say('whole');
      call.finish();
    }
    await inState(house, id, 'completed');
    expect((await json('GET', `/${id}/items/0`)).body).toMatchObject({ state: 'done', output: 'whole' });
  });

  it('[H52] nobody unknown gets in, and what is somebody else’s is not there', async () => {
    const { ask, json, started } = await door();
    expect((await ask('GET', '/', undefined, null)).status).toBe(401);
    expect((await ask('POST', '/files?format=lines', 'x', null)).status).toBe(401);
    const { id, wanted } = await started('a\n1\n', '{{a}}');
    const attempts = [
      ['GET', `/${id}`],
      ['GET', `/${id}/items`],
      ['GET', `/${id}/items/0`],
      ['GET', `/${id}/items/0/live`],
      ['POST', `/${id}/cancel`],
      ['POST', `/${id}/retry`],
      ['DELETE', `/${id}`],
      ['GET', `/${id}/results.csv`],
      ['GET', `/${id}/results.jsonl`],
    ] as const;
    for (const [method, path] of attempts)
      expect((await ask(method, path, undefined, 'bert')).status, `${method} ${path}`).toBe(404);
    expect(
      (await json('POST', '/preview', { fileId: wanted.fileId, stages: wanted.stages }, 'bert')).status,
    ).toBe(404);
    expect((await json('GET', `/${id}`)).status).toBe(200);
  });

  it('[H3] [H52] only pages of ours may change anything', async () => {
    const { ask } = await door();
    const batches = new Hono().post('/', (c) => c.text('in'));
    const origins = new Set(['http://own']);
    const parts = {
      auth: memoryAuth(),
      pingStore: async () => undefined,
      draining: () => false,
      log: memoryLog(),
      keys: memoryApiKeys(),
      v1: new OpenAPIHono<V1Env>(),
    };
    const api = createApi({ ...parts, origins, batches });
    const post = (headers: Record<string, string>) =>
      api.request('/api/batches', { method: 'POST', headers });
    expect((await post({ origin: 'http://evil' })).status).toBe(403);
    expect((await post({ origin: 'http://own', 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    const own = await post({ origin: 'http://own', 'sec-fetch-site': 'same-origin' });
    expect([own.status, own.headers.get('cache-control')]).toEqual([200, 'private, no-store']);
    expect((await ask('PUT', '/')).status).toBe(404);
  });

  it('[H53] bad questions are told what is wrong with them', async () => {
    const { json } = await door();
    expect((await json('POST', '/files?format=xml', 'x')).status).toBe(400);
    expect((await json('POST', '/', 'no json')).body.error.message).toContain('not JSON');
    expect((await json('POST', '/', { id: 'x' })).status).toBe(400);
    expect((await json('GET', '/?limit=9999')).status).toBe(400);
    expect((await json('GET', '/not-a-uuid')).status).toBe(404);
    const { json: late } = await door({ draining: true });
    expect((await late('POST', '/files?format=lines', 'x')).status).toBe(503);
  });

  it('[H54] an item is read as it comes, also when it begins anew', async () => {
    const { house, ask, started } = await door();
    const { id } = await started('a\n1\n', '{{a}}');
    const call = await house.script.nextCall();
    call.say('one ');
    const response = await ask('GET', `/${id}/items/0/live`);
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const events: {
      type: string;
      text?: string;
      at?: number;
      item?: { state: string; output: string | null };
    }[] = [];
    const reading = (async () => {
      for await (const piece of response.body ?? [])
        events.push(
          JSON.parse(
            Buffer.from(piece)
              .toString()
              .replace(/^data: /, ''),
          ),
        );
    })();
    await until(() => events.some(({ text }) => text === 'one '));
    call.say('two');
    await until(() => events.some(({ text }) => text === 'two'));
    call.finish();
    await reading;
    expect(events.map(({ type }) => type)).toEqual(['item', 'text', 'text', 'item']);
    expect(events[2]).toMatchObject({ at: 4 });
    expect(events[3]?.item).toMatchObject({ state: 'done', output: 'one two' });
  });
});
