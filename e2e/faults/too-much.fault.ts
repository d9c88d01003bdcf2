import { v7 as newId } from 'uuid';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { stampNow } from '#lib/upstream/demo/words.ts';
import { parseServerFrame } from '#lib/wire/codec.ts';
import { RawClient, type Sent } from '../raw-client.ts';
import { newMark, paced, script } from '../script.ts';
import type { Call } from '../upstream.ts';
import { ended, inWords, storedText } from './endings.ts';
import type { House } from './house.ts';
import { openImpatientHouse } from './impatient-house.ts';
import { expectSound } from './invariants.ts';
import { peakMemory } from './memory.ts';

let house: House;
beforeAll(async () => {
  house = await openImpatientHouse();
});
afterAll(() => house.close());

const guest = () => RawClient.guest(house.weir.url);

it('[F16] behind a browser that reads nothing the upstream is read to its end, and its silence is noticed', async () => {
  const reader = await guest();
  const other = await reader.sibling();
  const mark = newMark();
  const { chatId } = await reader.say(paced({ n: 1 }), reader.model);
  reader.pause();
  const sent = sendInto(chatId, reader, `${mark} ${script('giant', { size: 5_000_000, hold: mark })}`);
  expect(inWords(await ended(other, sent))).toBe('interrupted upstream_stalled');
  const [call] = await house.upstream.calls(mark);
  expect(call).toMatchObject({ outcome: 'aborted', sentDeltas: 1 });
  expect(await gauge('weir_sockets_buffered_bytes')).toBeLessThan(2 ** 20);
  reader.resume();
  expect(inWords(await ended(reader, sent))).toBe('interrupted upstream_stalled');
  await other.close();
  await expectAllOf(call, reader, sent);
  await expectSound({ ...house, clients: [reader] });
});

/** Into a chat that it has on the screen: what is there when a chat is asked for comes in one piece. */
function sendInto(chatId: string, client: RawClient, text: string): Sent {
  const sent = { chatId, messageId: newId(), replyId: newId(), generationId: newId() };
  client.send({ type: 'send', requestId: newId(), ...sent, text, model: client.model });
  return sent;
}

async function gauge(name: string): Promise<number> {
  const line = (await house.weir.metrics()).split('\n').find((one) => one.startsWith(`${name} `));
  if (line === undefined) throw new Error(`there is no gauge ${name}`);
  return Number(line.slice(name.length));
}

/** Somebody else whose words come one every ten milliseconds, stamped with the time of their sending. */
async function bystander() {
  const client = await guest();
  const sent = await client.say(paced({ n: 200, d: 10, stamp: 1 }), client.model);
  await client.until(() => client.textOf(sent).includes('w9@') || undefined, 'the first words');
  return { client, sent };
}

/** Sent, seen and stored; without megabytes in the message when they differ. */
async function expectAllOf(call: Call | undefined, client: RawClient, sent: Sent): Promise<void> {
  const [seen, kept] = [client.textOf(sent), await storedText(client, sent)];
  expect(seen.length).toBeGreaterThan(0);
  expect([seen === kept, call?.sentText.startsWith(kept)]).toEqual([true, true]);
}

/**
 * How many rounds of text `busy` got at most between the sending of a word of `aside` and its arrival: a measure of who
 * stands in whose way that does not depend on the speed of the machine. Frames that we read without a pause count as one
 * round: if it was us who slept, they have waited here for as long as the word.
 */
function overtaken(aside: RawClient, busy: RawClient): number {
  const all = textArrivals(busy);
  const arrivals = all.filter((one, at) => one - (all[at - 1] ?? 0) > roundGapUs);
  const late = aside.frames.flatMap((frame, at) =>
    parseServerFrame(frame)
      .flatMap((event) => (event.type === 'delta' ? [...event.text.matchAll(/@(\d+)/g)] : []))
      .map(([, stamp]) => ({ from: Number(stamp), to: aside.arrivals[at] ?? Number.NaN })),
  );
  return Math.max(...late.map(({ from, to }) => arrivals.filter((one) => one > from && one < to).length));
}

/** Half a second of frames at their usual pace, which is one every 30 ms. */
const mostOvertaken = 15;
const roundGapUs = 10_000;

/** When frames with text came, microseconds. */
function textArrivals({ frames, arrivals }: RawClient): number[] {
  return arrivals.filter((_, at) => frames[at]?.includes('"delta"'));
}

it('[F21] [F31] one delta of 11 MB is cut at the limit, in small frames, in bounded memory and in nobody’s way', async () => {
  const [aside, client] = [await bystander(), await guest()];
  const before = peakMemory(house.weir.pid);
  const mark = newMark();
  const first = await client.say(paced({ n: 1 }), client.model);
  await ended(client, first);
  const sent = sendInto(first.chatId, client, `${mark} ${script('giant', { size: 11_000_000 })}`);
  expect(inWords(await ended(client, sent))).toBe('interrupted answer_too_large');
  expect(client.textOf(sent)).toHaveLength(10 * 2 ** 20);
  expect(Math.max(...client.frames.map(({ length }) => length))).toBeLessThan(256 * 1024);
  expect(peakMemory(house.weir.pid) - before).toBeLessThan(400);
  const [call] = await house.upstream.calls(mark);
  await expectAllOf(call, client, sent);
  await ended(aside.client, aside.sent);
  expect(overtaken(aside.client, client)).toBeLessThanOrEqual(mostOvertaken);
  await expectSound({ ...house, clients: [client, aside.client] });
});

it('[F22] [F31] fifty thousand deltas at full speed arrive as some thirty frames a second, in nobody’s way', async () => {
  const [aside, client] = [await bystander(), await guest()];
  const mark = newMark();
  const first = await client.say(paced({ n: 1 }), client.model);
  await ended(client, first);
  // Not from the first frame's arrival on: we may sleep until several are there.
  const from = stampNow();
  const sent = sendInto(first.chatId, client, `${mark} ${script('flood', { n: 50_000 })}`);
  expect(inWords(await ended(client, sent))).toBe('done stop');
  const [call] = await house.upstream.calls(mark);
  expect(call).toMatchObject({ sentDeltas: 50_000, outcome: 'finished' });
  await expectAllOf(call, client, sent);
  expect(client.textOf(sent)).toHaveLength(50_000);
  const arrivals = textArrivals(client).filter((one) => one > from);
  expect(arrivals.length).toBeGreaterThan(1);
  const seconds = ((arrivals.at(-1) ?? 0) - from) / 1e6;
  expect(arrivals.length).toBeLessThanOrEqual(34 * seconds + 5);
  await ended(aside.client, aside.sent);
  expect(overtaken(aside.client, client)).toBeLessThanOrEqual(mostOvertaken);
  await expectSound({ ...house, clients: [client, aside.client] });
});

it('[F29] [F31] a gigabyte of text in a megabyte of gzip is refused unread', async () => {
  const client = await guest();
  const before = peakMemory(house.weir.pid);
  for (const mark of [newMark(), newMark()]) {
    const sent = await client.say(`${mark} ${script('gzip-bomb', { size: 1_000 })}`, client.model);
    expect(inWords(await ended(client, sent))).toBe('failed upstream_malformed');
    expect(await house.upstream.calls(mark)).toHaveLength(1);
  }
  expect(peakMemory(house.weir.pid) - before).toBeLessThan(64);
  await expectSound({ ...house, clients: [client] });
});
