import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RawClient } from '../raw-client.ts';
import { newMark, paced, words } from '../script.ts';
import { allRoutes } from './all-routes.ts';
import { ask, plain } from './ask.ts';
import { type House, openHouse } from './house.ts';
import { expectSound } from './invariants.ts';
import { snapshot } from './message-matrix.ts';
import { asPage, enter, leave, userIdOf } from './session-door.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

const guest = () => RawClient.guest(house.weir.url);

/** A batch of one item, to its end. */
async function runBatch({ cookie, model }: RawClient, id: string, item: string): Promise<void> {
  const headers = asPage(house.weir, cookie);
  const asked = async (method: string, path: string, body?: string) =>
    JSON.parse((await ask(house.weir.port, method, `/api/batches${path}`, { headers, body })).body);
  const { fileId } = await asked('POST', '/files?format=lines', item);
  const stages = [{ name: 'answer', template: '{{item}}', model }];
  await asked('POST', '', JSON.stringify({ id, name: 'mine', fileId, stages }));
  await expect.poll(async () => (await asked('GET', `/${id}`)).state).toBe('completed');
}

/** Told by an event, or by a snapshot that came behind the ending. */
async function done(owner: RawClient, generationId: string): Promise<void> {
  await owner.until(() => owner.stateOf(generationId) === 'done' || undefined, 'the end of the answer');
}

/** Status of each visitor who owns nothing there. */
interface Door {
  /** Where that route is, of a chat. */
  readonly path: (chatId: string) => string;
  readonly anonymous: number;
  readonly stranger: number;
  readonly revoked: number;
}
const same = (status: number, path: Door['path']): Door => ({
  path,
  anonymous: status,
  stranger: status,
  revoked: status,
});

/** For people with a session; `stranger` is what one of them gets. */
const people = (stranger: number, path: Door['path']): Door => ({
  path,
  anonymous: 401,
  stranger,
  revoked: 401,
});

/** Every route of the API and every page. One without an entry fails below. */
const doors: Readonly<Record<string, Door>> = {
  'GET /healthz': same(200, () => '/healthz'),
  'GET /readyz': same(200, () => '/readyz'),
  'GET /metrics': same(401, () => '/metrics'),
  'ALL /api/*': same(404, (id) => `/api/chats/${id}`),
  'POST /api/session': same(200, () => '/api/session'),
  'DELETE /api/session': same(204, () => '/api/session'),
  'ALL /api/session': same(405, () => '/api/session'),
  'GET /api/keys': people(200, () => '/api/keys'),
  'POST /api/keys': people(400, () => '/api/keys'),
  'DELETE /api/keys/:id': people(404, (id) => `/api/keys/${id}`),
  'POST /api/analyses': people(400, () => '/api/analyses'),
  'ALL /api/analyses': same(405, () => '/api/analyses'),
  'GET /api/search': people(200, (id) => `/api/search?q=${id}`),
  'ALL /api/search': same(405, () => '/api/search'),
  'GET /api/search/part': people(404, (id) => `/api/search/part?chat=${id}&message=${id}`),
  'ALL /api/search/part': same(405, () => '/api/search/part'),
  'POST /api/batches/files': people(400, () => '/api/batches/files'),
  'POST /api/batches/preview': people(400, () => '/api/batches/preview'),
  'POST /api/batches': people(400, () => '/api/batches'),
  'GET /api/batches': people(200, () => '/api/batches'),
  'GET /api/batches/:id': people(404, (id) => `/api/batches/${id}`),
  'GET /api/batches/:id/items': people(404, (id) => `/api/batches/${id}/items`),
  'GET /api/batches/:id/items/:index': people(404, (id) => `/api/batches/${id}/items/0`),
  'GET /api/batches/:id/items/:index/live': people(404, (id) => `/api/batches/${id}/items/0/live`),
  'POST /api/batches/:id/cancel': people(404, (id) => `/api/batches/${id}/cancel`),
  'POST /api/batches/:id/retry': people(404, (id) => `/api/batches/${id}/retry`),
  'DELETE /api/batches/:id': people(404, (id) => `/api/batches/${id}`),
  'GET /api/batches/:id/results.jsonl': people(404, (id) => `/api/batches/${id}/results.jsonl`),
  'GET /api/batches/:id/results.csv': people(404, (id) => `/api/batches/${id}/results.csv`),
  'GET /api/openapi.json': same(200, () => '/api/openapi.json'),
  'GET /api/docs': same(200, () => '/api/docs'),
  // A session is no key.
  'ALL /v1/*': same(401, (id) => `/v1/responses/${id}`),
  'POST /v1/files': same(401, () => '/v1/files'),
  'GET /v1/files': same(401, () => '/v1/files'),
  'GET /v1/files/:id': same(401, (id) => `/v1/files/file-${id}`),
  'DELETE /v1/files/:id': same(401, (id) => `/v1/files/file-${id}`),
  'GET /v1/files/:id/content': same(401, (id) => `/v1/files/file-${id}/content`),
  'POST /v1/batches': same(401, () => '/v1/batches'),
  'GET /v1/batches': same(401, () => '/v1/batches'),
  'GET /v1/batches/:id': same(401, (id) => `/v1/batches/batch_${id}`),
  'POST /v1/batches/:id/cancel': same(401, (id) => `/v1/batches/batch_${id}/cancel`),
  'POST /v1/chat/completions': same(401, () => '/v1/chat/completions'),
  'POST /v1/embeddings': same(401, () => '/v1/embeddings'),
  'GET /v1/models': same(401, () => '/v1/models'),
  'GET /v1/models/:model{.+}': same(401, (id) => `/v1/models/${id}`),
  ...Object.fromEntries(
    ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].flatMap((method) =>
      ['/healthz', '/readyz', '/metrics'].map((path) => [`${method} ${path}`, same(405, () => path)]),
    ),
  ),
  'PAGE /': same(200, () => '/'),
  'PAGE /c/[id]': same(200, (id) => `/c/${id}`),
  'PAGE /flow': same(200, () => '/flow'),

  'PAGE /analyses': same(200, () => '/analyses'),
  'PAGE /batches/[[...rest]]': same(200, (id) => `/batches/${id}`),
  'PAGE /search': same(200, (id) => `/search?q=${id}`),
  'PAGE /settings': same(200, () => '/settings'),
  'PAGE /icon.svg': same(200, () => '/icon.svg'),
  'PAGE /_not-found': same(404, () => '/_not-found'),
  'PAGE /_global-error': same(500, () => '/_global-error'),
};

describe('over HTTP', () => {
  it('[F111] [H1] [S4] every route gives everybody the same for a foreign id as for an unknown one, and changes nothing', async () => {
    expect(Object.keys(doors).sort()).toEqual(allRoutes());
    const [owner, revoked, passerBy] = await Promise.all([guest(), guest(), guest()]);
    const [mark, item] = [newMark(), newMark('b')];
    const { chatId, generationId } = await owner.say(`${mark} ${paced({ n: 3, mark })}`, owner.model);
    await done(owner, generationId);
    // Ids of batches are their owner's to make: this one is told apart from the chat by its address alone.
    await runBatch(owner, chatId, item);
    await leave(house.weir, revoked.cookie);

    for (const [route, door] of Object.entries(doors)) {
      const [method = '', path = ''] = route.split(' ');
      const asked = method === 'PAGE' ? 'GET' : method === 'ALL' ? 'PUT' : method;
      for (const who of ['anonymous', 'stranger', 'revoked'] as const) {
        const answers = await Promise.all(
          [chatId, randomUUID()].map(async (id) => {
            // Who leaves is a stranger no more.
            const stranger = who !== 'stranger' ? null : method === 'DELETE' ? await guest() : passerBy;
            const cookie = who === 'revoked' ? revoked.cookie : (stranger?.cookie ?? '');
            if (stranger !== passerBy) await stranger?.close();
            const headers = cookie === '' ? { origin: house.weir.url } : asPage(house.weir, cookie);
            const told = plain(await ask(house.weir.port, asked, door.path(id), { headers }));
            const { 'set-cookie': made, 'content-length': _, 'x-request-id': __, ...kept } = told.headers;
            // Visitors differ in who they are: what they are told of themselves is compared elsewhere.
            const body = path === '/api/session' ? '' : told.body.replaceAll(id, 'ID');
            expect(told.body, `${route} as ${who}`).not.toMatch(new RegExp(`${mark}|${item}`));
            expect(told.body).not.toContain(owner.userId);
            return { status: told.status, headers: kept, made: made?.length ?? 0, body };
          }),
        );
        expect(answers[0], `${route} as ${who}`).toEqual(answers[1]);
        expect(answers[0]?.status, `${route} as ${who}`).toBe(door[who]);
      }
    }
    expect(userIdOf(await enter(house.weir, owner.cookie))).toBe(owner.userId);
    const { messages } = await snapshot(owner, chatId);
    expect(messages[1]?.text).toBe(words(3, mark));
    await expectSound({ ...house, clients: [owner, revoked, passerBy], marks: [mark] });
  });

  it('[F119] [F130] [H13] no page holds anything of a person, so nothing in a request gets past a check of it', async () => {
    const owner = await guest();
    const mark = newMark();
    const { chatId, generationId } = await owner.say(`${mark} ${paced({ n: 3, mark })}`, owner.model);
    await done(owner, generationId);
    const c = `/c/${chatId}`;
    const paths = [
      ...[c, `${c}?_rsc=abc`, `${c}.rsc`, `${c}/`, `${c}.`],
      `${c}.segments/_tree.segment.rsc`,
      `${c}.segments/_full.segment.rsc`,
      `/_next/data/build${c}.json`,
      '/',
      `/en${c}`,
      `/%63/${chatId}`,
      `/c/%2e%2e/c/${chatId}`,
      `/c//${chatId}`,
      `/c/..%2fc/${chatId}`,
      `/C/${chatId}`,
      '/api/chats',
      `/api/chats/${chatId}`,
      '/metrics',
      '/%6detrics',
    ];
    const subrequest = 'middleware';
    const tricks: Record<string, string>[] = [
      {},
      ...[1, 6].map((times) => ({
        'x-middleware-subrequest': Array<string>(times).fill(subrequest).join(':'),
      })),
      {
        'x-middleware-subrequest':
          'src/middleware:src/middleware:src/middleware:src/middleware:src/middleware',
      },
      { 'x-middleware-subrequest': 'pages/_middleware' },
      { rsc: '1' },
      { rsc: '1', 'next-router-prefetch': '1', 'next-router-segment-prefetch': '/_tree' },
      { 'x-nextjs-data': '1', purpose: 'prefetch' },
    ];
    for (const path of paths) {
      const usual = await ask(house.weir.port, 'GET', path);
      for (const trick of tricks) {
        const told = await ask(house.weir.port, 'GET', path, { headers: { ...trick, cookie: owner.cookie } });
        const what = `${path} ${JSON.stringify(trick)}`;
        expect(JSON.stringify(told), what).not.toMatch(new RegExp(`${mark}|${owner.userId}|w0:`));
        expect(told.headers['set-cookie'], what).toBeUndefined();
        if (told.headers['cache-control'] !== undefined && told.status === 200) {
          expect(told.headers['cache-control'], what).toMatch(/no-store/);
        }
        if (!('rsc' in trick)) expect(told.status, what).toBe(usual.status);
      }
    }
    const open = { ...tricks[2], origin: 'http://evil.example' };
    expect((await ask(house.weir.port, 'POST', '/api/session', { headers: open })).status).toBe(403);
    await expectSound({ ...house, clients: [owner], marks: [mark] });
  });
});
