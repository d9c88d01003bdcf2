import { randomUUID } from 'node:crypto';
import type { ServerEventOf } from '#lib/wire/server-event.ts';
import { RawClient, type Sent, type Wish } from './raw-client.ts';
import { newMark, paced, words } from './script.ts';
import { expect, houseWith, test } from './world.ts';

const guests = 200;
const wordsEach = 30;

test.use(houseWith({ maxUpstream: 50 }));

test.describe('strangers (7)', () => {
  test('[F56] [F112] [I6] of 200 guests who talk at once, nobody receives a byte of another', async ({
    house,
    person,
  }) => {
    // One of them is a person at a browser, who has to see none of it either.
    const tab = await (await person()).open();
    const clients: RawClient[] = [];
    while (clients.length < guests - 1) {
      const next = Array.from({ length: 20 }, () => RawClient.guest(house.weir.url));
      clients.push(...(await Promise.all(next)).slice(0, guests - 1 - clients.length));
    }
    expect(new Set(clients.map(({ userId }) => userId)).size).toBe(guests - 1);

    const marks = clients.map((_, at) => `${newMark('g')}x${at}x`);
    const ownMark = newMark('p');
    await tab.send(`${ownMark} ${paced({ n: wordsEach, mark: ownMark })}`);
    await Promise.all(
      clients.map(async (client, at) => {
        const mark = marks[at] ?? '';
        const sent = await client.say(`${mark} ${paced({ n: wordsEach, mark })}`, client.model);
        await client.event('state', ({ generation }) => generation.state.name === 'done');
        expect(client.textOf(sent)).toBe(words(wordsEach, mark));
      }),
    );
    await tab.expectReply(words(wordsEach, ownMark));

    const all = new Set([...marks, ownMark]);
    const foreign = clients.flatMap((client, at) => {
      const found = new Set(client.frames.join('\n').match(/[gp][0-9a-f]{10}(x\d+x)?/g));
      return [...found].filter((mark) => mark !== marks[at] && all.has(mark));
    });
    expect(foreign).toEqual([]);
    const page = await tab.page.content();
    expect(marks.filter((mark) => page.includes(mark))).toEqual([]);
    // The upstream counts an answer once its socket is done with, a moment after its last word.
    await expect.poll(async () => (await house.upstream.stats()).finished).toBe(guests);
    expect((await house.upstream.stats()).maxOpen).toBeLessThanOrEqual(50);
    await Promise.all(clients.map((client) => client.close()));
  });

  test('[F112] [F113] [R4] whatever one asks of a foreign chat is answered as for an unknown one, and changes nothing', async ({
    house,
  }) => {
    const [owner, stranger] = [await RawClient.guest(house.weir.url), await RawClient.guest(house.weir.url)];
    const mark = newMark();
    const sent = await owner.say(`${mark} ${paced({ n: 8, k: 3, hold: mark, mark })}`, owner.model);
    await owner.until(() => owner.textOf(sent) === words(3, mark) || undefined, 'three words');

    const unknown: Sent = {
      chatId: randomUUID(),
      messageId: randomUUID(),
      replyId: randomUUID(),
      generationId: randomUUID(),
    };
    for (const [at, wish] of requestsOf(sent, stranger.model).entries()) {
      const foreign = await stranger.ask(wish);
      const same = requestsOf(unknown, stranger.model)[at];
      if (same === undefined) throw new Error('both lists are one');
      const expected = await stranger.ask(same);
      expect(withoutIds(foreign), wish.type).toEqual(withoutIds(expected));
      expect(foreign.type, wish.type).toBe('refused');
    }
    const views = [await watched(stranger, sent.chatId), await watched(stranger, unknown.chatId)];
    expect(withoutIds(views[0])).toEqual(withoutIds(views[1]));
    expect(views[0]?.code).toBe('not_found');
    expect(stranger.frames.join('\n')).not.toContain(mark);

    await house.upstream.release(mark);
    await owner.event('state', ({ generation }) => generation.state.name === 'done');
    expect(owner.textOf(sent)).toBe(words(8, mark));
    await Promise.all([owner.close(), stranger.close()]);
  });

  test('[F111] [R4] a chat of another person looks in the browser like one that never was', async ({
    house,
    person,
  }) => {
    const [owner, stranger] = [await person(), await person()];
    const mark = newMark();
    const own = await owner.open();
    await own.send(`${mark} ${paced({ n: 4, mark })}`);
    await own.expectReply(words(4, mark));

    const [foreign, unknown] = [await stranger.open('/'), await stranger.open('/')];
    await foreign.openGone(`${house.weir.url}/c/${own.chatId}`);
    await unknown.openGone(`${house.weir.url}/c/${randomUUID()}`);
    expect(await foreign.visibleText()).toBe(await unknown.visibleText());
    expect(await foreign.page.content()).not.toContain(mark);
  });

  test('[F132] [F133] [R9] no socket for foreign origins and for visitors without a session', async ({
    house,
  }) => {
    const { url } = house.weir;
    const statusOf = async (headers: Record<string, string>) => {
      const { WebSocket } = await import('ws');
      const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`, { headers });
      return new Promise<number>((resolve) => {
        socket.on('error', () => resolve(0));
        socket.on('open', () => resolve(101));
        socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
      });
    };
    expect(await statusOf({ origin: url })).toBe(401);
    expect(await statusOf({})).toBe(403);
    expect(await statusOf({ origin: 'http://localhost:1' })).toBe(403);
    expect(await statusOf({ origin: 'http://127.0.0.1.evil.example' })).toBe(403);
  });
});

/** Everything that can be asked about somebody's chat, by its ids. */
function requestsOf({ chatId, messageId, replyId, generationId }: Sent, model: string): Wish[] {
  const fresh = () => ({ replyId: randomUUID(), generationId: randomUUID(), model });
  const made = { messageId: randomUUID(), text: 'hello', ...fresh() };
  return [
    { type: 'stop', chatId, generationId },
    { type: 'older', chatId, before: messageId },
    { type: 'send', chatId, replaces: messageId, ...made },
    { type: 'regenerate', chatId, messageId: replyId, ...fresh() },
    { type: 'continue', chatId, messageId: replyId, generationId: randomUUID() },
    { type: 'select', chatId, messageId },
    { type: 'keep', chatId, messageId: replyId },
    { type: 'compare', chatId, messageId: replyId },
    { type: 'edit-follow-up', chatId, messageId, text: 'mine now' },
    { type: 'withdraw-follow-up', chatId, messageId },
    { type: 'release-follow-up', chatId, messageId },
    { type: 'rename', chatId, title: 'mine now' },
    { type: 'delete', chatId },
    { type: 'restore', chatId },
    { type: 'read', chatId },
  ];
}

async function watched(client: RawClient, chatId: string): Promise<ServerEventOf<'refused'>> {
  const from = client.events.length;
  client.watch(chatId);
  return client.event('refused', (event) => event.chatId === chatId, from);
}

/** An answer without what names its request. */
function withoutIds(answer: object | undefined): object {
  return { ...answer, requestId: null, chatId: null };
}
