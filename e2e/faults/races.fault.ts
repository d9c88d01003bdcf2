import { setTimeout as sleep } from 'node:timers/promises';
import { v7 as newId } from 'uuid';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { RawClient, type Wish } from '../raw-client.ts';
import { newMark, paced, words } from '../script.ts';
import { type House, openHouse } from './house.ts';
import { expectSound } from './invariants.ts';
import { repeat, rounds } from './long.ts';
import { ended, endings, pathOf, sending } from './wire-words.ts';

let house: House;
/** All guests and marks of this file: in the end everything is compared with what is stored. */
const clients: RawClient[] = [];
const allMarks: string[] = [];

beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());
afterEach(() => expectSound({ ...house, clients }));

async function guest(origin = house.weir.url): Promise<RawClient> {
  const client = await RawClient.guest(origin);
  clients.push(client);
  return client;
}

/** Two tabs of a new guest. */
async function twoTabs(): Promise<[RawClient, RawClient]> {
  const client = await guest();
  const other = await client.sibling();
  clients.push(other);
  return [client, other];
}

function markOf(letter?: string): string {
  const mark = newMark(letter);
  allMarks.push(mark);
  return mark;
}

const wordsOf = (text: string) => text.split(' ').length;

it('[F38] [G2] the same send again, in the same tick, later or on a new connection, is one message and one answer', async () => {
  const client = await guest();
  const mark = markOf();
  const send = sending(client, `${mark} ${paced({ n: 6, k: 3, hold: mark, mark })}`);
  client.watch(send.chatId);
  const twice = await Promise.all([client.ask(send), client.ask(send)]);
  expect(twice.map(({ type }) => type)).toEqual(['ack', 'ack']);
  await expect.poll(async () => (await house.upstream.stats()).waiting[mark]).toBe(1);
  await client.close();
  await client.connect();
  expect(await client.ask(send)).toMatchObject({ type: 'ack' });
  const [question, answer, ...more] = await pathOf(client, send.chatId);
  expect([question?.id, answer?.id, answer?.generation?.id]).toEqual([
    send.messageId,
    send.replyId,
    send.generationId,
  ]);
  expect(more).toEqual([]);
  await house.upstream.release(mark);
  expect(await ended(client, send)).toBe('done');
  expect(await client.ask(send)).toMatchObject({ type: 'ack' });
  expect(client.textOf(send)).toBe(words(6, mark));
  expect(await house.upstream.calls(mark)).toHaveLength(1);
});

it('[F39] [G2] [S3] after a lost ack the same send attaches to the answer that runs; other words under its ids are a conflict', async () => {
  const client = await guest(house.proxy.url);
  const mark = markOf();
  const send = sending(client, `${mark} ${paced({ n: 6, k: 3, hold: mark, mark })}`);
  house.proxy.deafen();
  client.send({ ...send, requestId: newId() });
  await expect.poll(async () => (await house.upstream.stats()).waiting[mark]).toBe(1);
  expect(client.events.some(({ type }) => type === 'ack')).toBe(false);
  house.proxy.cut();
  await expect.poll(() => client.closeCode).not.toBeNull();
  house.proxy.forward();
  await client.connect();
  expect(await client.ask(send)).toMatchObject({ type: 'ack' });
  const [, running] = await pathOf(client, send.chatId);
  expect(running).toMatchObject({ text: words(3, mark), generation: { state: { name: 'streaming' } } });
  expect(await client.ask({ ...send, text: 'something else' })).toMatchObject({
    type: 'refused',
    code: 'conflict',
  });
  await house.upstream.release(mark);
  expect(await ended(client, send)).toBe('done');
  expect(client.textOf(send)).toBe(words(6, mark));
});

it('[F41] [S11] [G14] of two tabs that send at once into one chat, one is put behind the other, and both see the same', async () => {
  const round = async () => {
    const [left, right] = await twoTabs();
    const pair = [markOf('a'), markOf('b')];
    const chatId = newId();
    const sends = [left, right].map((tab, at) =>
      sending(tab, `${pair[at]} ${paced({ n: 3, d: 1, mark: pair[at] ?? '' })}`, chatId),
    );
    const answers = await Promise.all(
      [left, right].map(async (tab, at) => {
        const answer = await tab.ask(sends[at] as Wish);
        tab.watch(chatId);
        return answer;
      }),
    );
    expect(answers.filter(({ type }) => type === 'ack')).toHaveLength(2);
    await Promise.all(sends.flatMap((send) => [ended(left, send), ended(right, send)]));
    const [mine, theirs] = [await pathOf(left, chatId), await pathOf(right, chatId)];
    expect(mine).toEqual(theirs);
    const order = sends[0]?.messageId === mine[0]?.id ? pair : [...pair].reverse();
    expect(mine.map(({ text }) => text.split(' ')[0])).toEqual(order.flatMap((mark) => [mark, `w0:${mark}`]));
    await Promise.all([left.close(), right.close()]);
  };
  await repeat(rounds(8, 200), 4, round);
});

it('[F42] [G3] a stop within 5 ms of the end leaves exactly one ending, and a second stop does nothing', async () => {
  const outcomes = { done: 0, stopped: 0 };
  const round = async () => {
    // One of all rounds would send more than a connection may, and watch more chats.
    const client = await guest();
    const mark = markOf();
    const sent = await client.say(`${mark} ${paced({ n: 4, k: 4, d: 1, hold: mark, mark })}`, client.model);
    await client.until(() => client.textOf(sent) === words(4, mark) || undefined, 'all words');
    const stop = { type: 'stop', chatId: sent.chatId, generationId: sent.generationId } as const;
    const [before, after] = [Math.random() * 10, Math.random() * 5];
    const [answer] = await Promise.all([
      sleep(before).then(() => client.ask(stop)),
      sleep(after).then(() => house.upstream.release(mark)),
    ]);
    const how = await ended(client, sent);
    expect(how === 'stopped' || how === 'done', `${how} after ${before - after} ms`).toBe(true);
    outcomes[how as 'done'] += 1;
    if (answer.type === 'refused')
      expect({ code: answer.code, how }).toEqual({ code: 'not_running', how: 'done' });
    expect(await client.ask(stop)).toMatchObject({ type: 'refused', code: 'not_running' });
    expect(endings(client, sent.generationId)).toEqual([how]);
    expect(client.textOf(sent)).toBe(words(4, mark));
    await client.close();
  };
  await repeat(rounds(32, 500), 8, round);
  process.stdout.write(`stop against the end: ${JSON.stringify(outcomes)}\n`);
});

it('[F44] [F45] [G4] a stop that is 300 ms on its way keeps what was there when it arrived: on screen, stored, and for the next prompt', async () => {
  const client = await guest(house.proxy.url);
  const [mark, next] = [markOf('a'), markOf('b')];
  const sent = await client.say(`${mark} ${paced({ n: 5_000, d: 5, mark })}`, client.model);
  await client.until(() => client.textOf(sent).split(' ').length > 30 || undefined, 'thirty words');
  house.proxy.latencyMs = 300;
  const seenAtClick = client.textOf(sent);
  const pressedAt = Date.now();
  await client.ask({ type: 'stop', chatId: sent.chatId, generationId: sent.generationId });
  expect(await ended(client, sent)).toBe('stopped');
  house.proxy.latencyMs = 0;
  await expect.poll(async () => (await house.upstream.calls(mark))[0]?.outcome).toBe('aborted');
  const shown = client.textOf(sent);
  const [call] = await house.upstream.calls(mark);
  expect((call?.closedAt ?? Infinity) - pressedAt).toBeLessThan(300 + 1_000);
  // The call went with the stop: all 5,000 words take the upstream 25 seconds.
  expect(wordsOf(call?.sentText ?? '') - wordsOf(shown)).toBeLessThan(1_000);

  expect(shown.startsWith(seenAtClick) && shown.length > seenAtClick.length).toBe(true);
  expect((await pathOf(client, sent.chatId)).at(-1)?.text).toBe(shown);
  const asked = sending(client, `${next} ${paced({ n: 2, mark: next })}`, sent.chatId);
  await client.ask(asked);
  expect(await ended(client, asked)).toBe('done');
  const [following] = await house.upstream.calls(next);
  expect(following?.messages[1]).toMatchObject({ role: 'assistant', content: shown });
});

it('[F49] [G4] [S14] a chat deleted while it streams ends at the upstream, is gone in every tab and does not come back', async () => {
  const [client, other] = await twoTabs();
  const gone: string[] = [];
  const round = async () => {
    const mark = markOf();
    const sent = await client.say(`${mark} ${paced({ n: 4_000, d: 2, mark })}`, client.model);
    other.watch(sent.chatId);
    await sleep(Math.random() * 120);
    const { chatId } = sent;
    expect(await client.ask({ type: 'delete', chatId })).toMatchObject({ type: 'ack' });
    await other.event('chat-gone', (event) => event.chatId === chatId);
    gone.push(chatId);
  };
  await repeat(rounds(8, 100), 4, round);
  await expect.poll(async () => (await house.upstream.stats()).open).toBe(0);
  await client.close();
  const welcome = await client.connect();
  expect(welcome.chats).toEqual([]);
  expect(welcome.generations).toEqual([]);
  for (const chatId of gone) {
    const from = client.events.length;
    client.watch(chatId);
    await client.event('refused', (event) => event.chatId === chatId && event.code === 'not_found', from);
  }
});

it('[F50] a chat deleted while another waits for its first word takes only itself along', async () => {
  const client = await guest();
  const [mark, waiting] = [markOf('a'), markOf('b')];
  const first = await client.say(`${mark} ${paced({ n: 9, k: 3, hold: mark, mark })}`, client.model);
  const second = await client.say(
    `${waiting} ${paced({ n: 4, gate: waiting, mark: waiting })}`,
    client.model,
  );
  await expect.poll(async () => (await house.upstream.stats()).waiting[waiting]).toBe(1);
  await client.ask({ type: 'delete', chatId: first.chatId });
  await expect.poll(async () => (await house.upstream.calls(mark))[0]?.outcome).toBe('aborted');
  expect((await house.upstream.calls(waiting))[0]?.outcome).toBe('open');
  await house.upstream.release(waiting);
  expect(await ended(client, second)).toBe('done');
  expect(client.textOf(second)).toBe(words(4, waiting));
  await client.close();
  expect((await client.connect()).chats.map(({ id }) => id)).toEqual([second.chatId]);
});

it('[F52] [S5] an edit while the old answer streams begins a branch of its own: late words stay where they belong; regenerating is refused', async () => {
  const client = await guest();
  const [mark, edited] = [markOf('a'), markOf('b')];
  const prompt = `${mark} ${paced({ n: 400, k: 380, d: 5, hold: mark, mark })}`;
  const sent = await client.say(prompt, client.model);
  await client.until(() => client.textOf(sent).length > 100 || undefined, 'some words');
  const ids = { replyId: newId(), generationId: newId(), model: client.model };
  const again = { type: 'regenerate', chatId: sent.chatId, messageId: sent.replyId, ...ids } as const;
  expect(await client.ask(again)).toMatchObject({ type: 'refused', code: 'conflict' });
  const edit = {
    ...sending(client, `${edited} ${paced({ n: 6, mark: edited })}`, sent.chatId),
    replaces: sent.messageId,
  };
  expect(await client.ask(edit)).toMatchObject({ type: 'ack' });
  expect(await ended(client, edit)).toBe('done');
  expect((await house.upstream.calls(mark))[0]?.outcome).toBe('open');
  expect((await pathOf(client, sent.chatId)).map(({ text }) => text.split(' ')[0])).toEqual([
    edited,
    `w0:${edited}`,
  ]);
  await house.upstream.release(mark);
  expect(await ended(client, sent)).toBe('done');
  await client.ask({ type: 'select', chatId: sent.chatId, messageId: sent.messageId });
  expect((await pathOf(client, sent.chatId)).at(-1)?.text).toBe(words(400, mark));
  await client.ask({ type: 'select', chatId: sent.chatId, messageId: edit.messageId });
  expect((await pathOf(client, sent.chatId)).at(-1)?.text).toBe(words(6, edited));
});

it('[I2] [I3] [I6] [I8] what all of these left in the database is what was sent and seen, and nothing of it comes back', async () => {
  await expectSound({ ...house, clients, marks: allMarks });
  expect((await house.upstream.stats()).open).toBe(0);
});
