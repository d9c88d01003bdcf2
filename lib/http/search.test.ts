import { randomUUID } from 'node:crypto';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { said, searching } from '#lib/jobs/search-fixture.ts';
import { chatPart, searchAnswer, searchLimits } from '#lib/wire/search.ts';
import { SearchRate } from './search-rate.ts';
import { testServer } from './test-server.ts';

async function world(options: Parameters<typeof searching>[0] = {}) {
  const house = searching(options);
  onTestFinished(() => house.close());
  const weir = await testServer({ search: house.searcher });
  const { visitor, cookie } = weir.auth.guest();
  const get = (query: string, by: string | null = cookie, path = '') =>
    weir.ask('GET', `/api/search${path}?${query}`, by === null ? {} : { cookie: by });
  const find = async (text: string, by?: string) =>
    searchAnswer.parse(JSON.parse((await get(`q=${encodeURIComponent(text)}`, by)).body));
  return { ...house, weir, get, find, userId: visitor.userId };
}

describe('search over HTTP', () => {
  it('[H61] finds what this person has written, with the pieces of a snippet and the state of the index', async () => {
    const { store, find, userId, get } = await world();
    const { chatId, messageId } = await said(store, userId, 'A weir <b>lets</b> a river through');
    const { hits, meaning, index } = await find('weir lets');
    expect(hits).toMatchObject([{ chatId, messageId, role: 'user', why: ['words'] }]);
    expect(hits[0]?.snippet.map(({ text, hit }) => [text, hit])).toEqual([
      ['A ', false],
      ['weir', true],
      [' <b>', false],
      ['lets', true],
      ['</b> a river through', false],
    ]);
    expect([meaning, index]).toEqual(['on', { total: 1, done: 0 }]);
    const { headers } = await get('q=weir');
    expect(headers['cache-control']).toBe('private, no-store');
  });

  it('[H62] nobody else finds it, and without a session nobody finds anything', async () => {
    const { store, find, userId, get, weir } = await world();
    const marker = `marker${randomUUID().slice(0, 8)}`;
    const { chatId, messageId } = await said(store, userId, `mine ${marker}`);
    const stranger = weir.auth.guest().cookie;
    expect(await find(marker)).toMatchObject({ hits: [{ messageId }] });
    expect(await find(marker, stranger)).toMatchObject({ hits: [], index: { total: 0 } });
    const place = `chat=${chatId}&message=${messageId}`;
    const foreign = await get(place, stranger, '/part');
    const unknown = await get(`chat=${randomUUID()}&message=${randomUUID()}`, stranger, '/part');
    expect([foreign.status, foreign.body]).toEqual([404, unknown.body]);
    expect([(await get('q=x', null)).status, (await get(place, null, '/part')).status]).toEqual([401, 401]);
  });

  it.each([
    `q=${'x'.repeat(searchLimits.textLength + 1)}`,
    `q=x&limit=0`,
    `q=x&limit=${searchLimits.hits + 1}`,
    `q=x&limit=1e9`,
    `q=x&limit[not]=1&limit={}`,
  ])('[H63] what is no search is refused in words: %.30s', async (query) => {
    const { get } = await world();
    expect(await get(query)).toMatchObject({ status: 400, body: expect.stringContaining('bad_message') });
  });

  it('[H63] whatever is looked for is a text, and never an error', async () => {
    const { store, find, userId, get } = await world();
    await said(store, userId, 'something');
    for (const text of [`' OR 1=1--`, '%', '_', '\u0000', '\\', '{"not":""}', ':*', '\u{1f600}'])
      expect((await find(text)).hits).toEqual([]);
    expect((await get('q=a&q=b')).status).toBe(200);
    for (const query of ['q[not]=a', 'q=%ff%fe', 'q=%ed%a0%80', 'q=%', 'q=%00'])
      expect((await get(query)).status).toBe(200);
  });

  it('[H63] who asks too often is told when to come back, and others are not held up', async () => {
    const { get, weir } = await world();
    const answers = await Promise.all(Array.from({ length: 60 }, () => get('q=x')));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(20);
    expect(refused[0]?.headers['retry-after']).toBe('1');
    expect((await get('q=x', weir.auth.guest().cookie)).status).toBe(200);
  });

  it('[H63] a search is only read', async () => {
    const { weir, get } = await world();
    const { cookie } = weir.auth.guest();
    expect((await weir.askAsPage('POST', '/api/search', { cookie }, '{}')).status).toBe(405);
    expect((await get('', undefined, '/else')).status).toBe(404);
  });

  it('[H64] who hangs up ends the call for the vector', async () => {
    const { weir, models, gate, store, userId, search } = await world();
    await said(store, userId, 'something');
    expect(search.hasVectors).toBe(true);
    models.onEmbedding = () => new Promise(() => undefined);
    // Its own two seconds never pass: whatever ends it is the hanging up.
    vi.spyOn(AbortSignal, 'timeout').mockReturnValue(new AbortController().signal);
    const leaving = new AbortController();
    const { cookie } = weir.auth.guest();
    const asked = fetch(`${weir.origin}/api/search?q=x`, { headers: { cookie }, signal: leaving.signal });
    await expect.poll(() => gate.snapshot().held).toBe(1);
    leaving.abort();
    await expect(asked).rejects.toThrow();
    await expect.poll(() => gate.snapshot().held).toBe(0);
  });
});

describe('the part of a chat in which a message is', () => {
  it('[H65] is a page around it, and the pages above and below it follow on', async () => {
    const { store, userId, get } = await world();
    const first = await said(store, userId, 'message 0', 'answer 0');
    for (let at = 1; at < 100; at += 1)
      await said(store, userId, `message ${at}`, `answer ${at}`, first.chatId);
    const whole = await everything(store, userId, first.chatId);
    const middle = whole[100];
    const part = async (message: string, side = 'around') =>
      chatPart.parse(
        JSON.parse(
          (await get(`chat=${first.chatId}&message=${message}&side=${side}`, undefined, '/part')).body,
        ),
      );
    const around = await part(middle ?? '');
    expect(around).toMatchObject({ selected: true, hasOlder: true, hasNewer: true });
    const shown = around.messages.map(({ id }) => id);
    expect(shown).toHaveLength(60);
    expect(shown.slice(10, -10)).toContain(middle);
    const older = (await part(shown[0] ?? '', 'older')).messages.map(({ id }) => id);
    const newer = (await part(shown.at(-1) ?? '', 'newer')).messages.map(({ id }) => id);
    const at = whole.indexOf(shown[0] ?? '');
    expect(older).toEqual(whole.slice(at - 60, at));
    expect(whole.slice(at + 60, at + 100)).toEqual(newer.filter((id) => !shown.includes(id)));
    const end = await part(whole.at(-1) ?? '');
    expect([end.hasNewer, end.messages.at(-1)?.id]).toEqual([false, whole.at(-1)]);
    const begin = await part(whole[0] ?? '');
    expect([begin.hasOlder, begin.messages[0]?.id]).toEqual([false, whole[0]]);
  });

  it('[H65] a message on another branch says so; one that is gone is 404', async () => {
    const { store, userId, get } = await world();
    const { chatId, messageId, replyId } = await said(store, userId, 'one', 'answer');
    const replaces = { kind: 'regenerate' as const, chatId, messageId: replyId, model: 'm' };
    await store.begin(userId, { ...replaces, replyId: randomUUID(), generationId: randomUUID() }, 'p');
    const at = (message: string) => get(`chat=${chatId}&message=${message}`, undefined, '/part');
    expect(JSON.parse((await at(replyId)).body)).toMatchObject({ selected: false, messages: [] });
    expect(JSON.parse((await at(messageId)).body)).toMatchObject({ selected: true });
    await store.remove(userId, chatId);
    expect(await at(messageId)).toMatchObject({
      status: 404,
      body: expect.stringContaining('no longer there'),
    });
  });
});

describe('the document', () => {
  it('[H61] holds the search, with its session', async () => {
    const { weir } = await world();
    const { paths } = JSON.parse((await weir.ask('GET', '/api/openapi.json')).body);
    expect(paths['/api/search'].get.security).toEqual([{ session: [] }]);
    expect(paths['/api/search'].get.parameters.map(({ name }: { name: string }) => name)).toEqual([
      'q',
      'limit',
    ]);
    expect(paths['/api/search/part'].get.summary).toContain('part of a chat');
  });

  it('[H68] the page for people begins with what a key opens, and names parameters as well as fields', async () => {
    const { weir } = await world();
    const { body } = await weir.ask('GET', '/api/docs');
    const paths = [...body.matchAll(/<h2>.*?<code>(.*?)<\/code>/g)].map(([, path = '']) => path);
    expect(paths.slice(-2)).toEqual(['/api/search', '/api/search/part']);
    expect(paths.slice(0, -2).every((path) => path.startsWith('/v1/'))).toBe(true);
    const [, search = ''] = body.split('<code>/api/search</code>');
    expect(search).toContain('With the session of a page, not with a key.');
    expect(search).toMatch(
      /<h3>Parameters<\/h3>.*<code>q<\/code> <span class="soft">optional<\/span><\/td><td>string<\/td>/,
    );
    expect(search).toMatch(/<code>chat<\/code><\/td>.*&quot;around&quot; \| &quot;older&quot;/s);
  });
});

describe('[H63] the rate', () => {
  it('comes back with time, and remembers no more people than it may', () => {
    const time = { ms: 0 };
    const rate = new SearchRate(() => time.ms);
    const tries = () =>
      Array.from({ length: 40 }, () => attempt(() => rate.take('anna'))).filter(Boolean).length;
    expect(tries()).toBe(30);
    time.ms += 1_000;
    expect(tries()).toBe(4);
    for (let at = 0; at < 10_050; at += 1) rate.take(`person ${at}`);
    expect(rate.size).toBe(10_000);
  });
});

function attempt(work: () => void): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}

async function everything(
  store: {
    page(
      userId: string,
      chatId: string,
      before?: string,
    ): Promise<{ messages: { id: string }[]; hasOlder: boolean } | null>;
  },
  userId: string,
  chatId: string,
): Promise<string[]> {
  let page = await store.page(userId, chatId);
  const ids = page?.messages.map(({ id }) => id) ?? [];
  while (page?.hasOlder) {
    page = await store.page(userId, chatId, ids[0]);
    ids.unshift(...(page?.messages.map(({ id }) => id) ?? []));
  }
  return ids;
}
