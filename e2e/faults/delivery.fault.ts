import { setTimeout as sleep } from 'node:timers/promises';
import { v7 as newId } from 'uuid';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { scrape } from '#lib/telemetry/scrape-fixture.ts';
import { closeCodes } from '#lib/wire/close-code.ts';
import { limits, SOCKET_PATH, timing } from '#lib/wire/protocol.ts';
import { keptTexts } from '../kept-texts.ts';
import { RawClient } from '../raw-client.ts';
import { newMark, paced, usualAnswer, words } from '../script.ts';
import { ended, inWords } from './endings.ts';
import { GuestTab } from './guest-tab.ts';
import { type House, openHouse } from './house.ts';
import { expectSound } from './invariants.ts';

let house: House;
const tabs: GuestTab[] = [];
const clients: RawClient[] = [];

beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());
afterEach(async () => {
  for (const tab of tabs.splice(0)) tab.close();
  await expectSound({ ...house, clients: clients.splice(0) });
});

async function tabAt(origin = house.weir.url): Promise<GuestTab> {
  const tab = new GuestTab(origin);
  tabs.push(tab);
  await tab.until(() => tab.isOpen, 'the first welcome');
  return tab;
}

async function guest(): Promise<RawClient> {
  const client = await RawClient.guest(house.weir.url);
  clients.push(client);
  return client;
}

const socketsOpen = async () => scrape(await house.weir.metrics()).count('weir_sockets_open');

it('[F57] [R5] [C12] an answer that is cut off ten times, anywhere, is shown without a gap or a double', async () => {
  const tab = await tabAt(house.proxy.url);
  const mark = newMark();
  const [whole, held] = [words(600, mark), words(580, mark)];
  const chatId = tab.say(`${mark} ${paced({ n: 600, d: 5, k: 580, hold: mark, mark })}`);
  const wrong: string[] = [];
  tab.client.store.subscribe(() => {
    if (!whole.startsWith(tab.text(chatId)) && tab.messages(chatId).length > 1) wrong.push(tab.text(chatId));
  });
  await tab.until(() => tab.text(chatId) !== '' && tab.messages(chatId).length === 2, 'the first words');
  for (let cut = 1; cut <= 10; cut += 1) {
    const seen = tab.text(chatId).length;
    // On a busy machine all words may be there before the last cut.
    const goesOn = () => tab.text(chatId).length > seen || tab.text(chatId) === held;
    await tab.until(goesOn, `words after cut ${cut}`);
    await sleep(Math.random() * 40);
    house.proxy.cut();
    await tab.until(() => !tab.isOpen, `cut ${cut}`);
    tab.client.reconnectNow();
    await tab.until(() => tab.isOpen, `return ${cut}`);
  }
  await house.upstream.release(mark);
  await tab.until(() => tab.ending(chatId) === 'done', 'the end');
  expect(tab.text(chatId)).toBe(whole);
  expect(wrong).toEqual([]);
  expect(tab.returns).toHaveLength(10);
  expect(await house.upstream.calls(mark)).toHaveLength(1);
});

it('[F60] [F63] [C8] [G12] who saw more than a crashed server had kept goes on with what is stored, and says so', async () => {
  const tab = await tabAt();
  const mark = newMark();
  const chatId = tab.say(`${mark} ${paced({ n: 2_000, d: 5, mark })}`);
  await tab.until(() => tab.text(chatId) !== '', 'the first words');
  const generationId = tab.messages(chatId).at(-1)?.generation?.id ?? '';
  await expect.poll(async () => (await keptTexts(house.weir)).has(generationId)).toBe(true);
  // Some that is seen, and not kept.
  const length = tab.text(chatId).length;
  await tab.until(() => tab.text(chatId).length > length, 'more words');
  await house.weir.kill9();
  const seen = tab.text(chatId);
  await house.weir.restart();
  tab.client.reconnectNow();
  await tab.until(() => tab.isOpen && tab.ending(chatId) === 'interrupted', 'the way back');
  const stored = tab.text(chatId);
  expect(stored).not.toBe('');
  expect(words(2_000, mark).startsWith(seen) && seen.startsWith(stored)).toBe(true);
  const late = await tab.another();
  tabs.push(late);
  late.client.watch(chatId);
  await late.until(() => late.ending(chatId) === 'interrupted', 'the end for one who comes long after');
  expect(late.text(chatId)).toBe(stored);
  tab.client.continueAnswer(chatId, tab.messages(chatId).at(-1)?.id ?? '');
  await tab.until(() => tab.ending(chatId) === 'done', 'the rest');
  expect(tab.text(chatId)).toBe(stored + usualAnswer);
});

it('[F62] [F67] [F72] [R10] [C11] a network that is gone without a word is noticed on both sides; what ended meanwhile is shown', {
  timeout: 150_000,
}, async () => {
  const tab = await tabAt(house.proxy.url);
  const mark = newMark();
  const chatId = tab.say(`${mark} ${paced({ n: 6, k: 3, hold: mark, mark })}`);
  await tab.until(() => tab.text(chatId) === words(3, mark), 'three words');
  const { cookie } = await guest();
  await clients[0]?.close();
  const mute = new WebSocket(house.weir.url.replace('http', 'ws') + SOCKET_PATH, {
    headers: { cookie, origin: house.weir.url },
  });
  const closed = new Promise<[code: number, ms: number]>((resolve) => {
    const from = performance.now();
    mute.on('close', (code) => resolve([code, performance.now() - from]));
  });
  await expect.poll(socketsOpen).toBe(2);

  house.proxy.blackHole();
  const from = performance.now();
  await house.upstream.release(mark);
  const [code, silentMs] = await closed;
  expect(code).toBe(closeCodes.noHello);
  expect(silentMs).toBeGreaterThan(14_000);
  // Before the silence alone, of half a minute, would have ended it.
  expect(silentMs).toBeLessThan(20_000);
  expect(tab.text(chatId)).toBe(words(3, mark));
  await expect.poll(socketsOpen, { timeout: 60_000, interval: 500 }).toBe(0);
  expect(performance.now() - from, 'two beats').toBeLessThan(2 * timing.beatMs + 5_000);
  await tab.until(() => !tab.isOpen, 'the silence is noticed');
  expect(performance.now() - from).toBeLessThan(timing.silenceMs + 10_000);
  house.proxy.cut();
  house.proxy.forward();
  await tab.until(() => tab.ending(chatId) === 'done', 'the ending that was missed');
  expect(tab.text(chatId)).toBe(words(6, mark));
  expect(tab.client.store.getState().generations).toEqual(
    expect.not.objectContaining({ state: { name: 'streaming' } }),
  );
});

it('[F73] [R11] too many sockets of a person, or chats on one, are refused, and the others go on', async () => {
  const client = await guest();
  const siblings: RawClient[] = [];
  while (siblings.length < 31) siblings.push(await client.sibling());
  clients.push(...siblings);
  await expect(client.sibling()).rejects.toThrow(`closed (${closeCodes.tooManyConnections})`);
  const other = await guest();
  const mark = newMark();
  const sent = await other.say(`${mark} ${paced({ n: 3, mark })}`, other.model);
  expect(inWords(await ended(other, sent))).toBe('done stop');
  expect(other.textOf(sent)).toBe(words(3, mark));

  const ids = () => ({ chatId: newId(), messageId: newId(), replyId: newId(), generationId: newId() });
  const sends = Array.from({ length: limits.watchedChats + 1 }, ids);
  const { model } = client;
  await Promise.all(sends.map((made) => client.ask({ type: 'send', ...made, text: paced({ n: 1 }), model })));
  const chats = sends.map(({ chatId }) => chatId);
  for (const chatId of chats) client.watch(chatId);
  const last = chats.at(-1);
  const refused = await client.event('refused', ({ chatId }) => chatId === last);
  expect(refused).toMatchObject({ code: 'too_many_requests' });
  await client.event('path', ({ chatId }) => chatId === chats.at(-2));
  expect(client.stateOf(sends[0]?.generationId ?? '')).not.toBeNull();
  expect(client.closeCode).toBeNull();
});

it('[F77] [G1] [G13] what is sent a moment before the server goes is answered to its last word, or asked again of the next one', async () => {
  const tab = await tabAt();
  const client = await guest();
  const [mark, late] = [newMark('a'), newMark('b')];
  const sent = await client.say(`${mark} ${paced({ n: 40, d: 20, mark })}`, client.model);
  house.weir.askToGo();
  const chatId = tab.say(`${late} ${paced({ n: 4, mark: late })}`);
  expect(await house.weir.ended()).toBe(0);
  await expect.poll(() => client.closeCode).toBe(closeCodes.draining);
  // Nothing after the goodbye, and the whole answer before it.
  expect(client.events.at(-1)).toMatchObject({ type: 'bye' });
  expect(client.textOf(sent)).toBe(words(40, mark));
  expect(client.stateOf(sent.generationId)).toBe('done');
  await house.weir.restart();
  tab.client.reconnectNow();
  await tab.until(() => tab.ending(chatId) === 'done', 'the late one');
  expect(tab.text(chatId)).toBe(words(4, late));
  expect(await house.upstream.calls(late)).toHaveLength(1);
});
