import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { v7 as newId } from 'uuid';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { RawClient, type Sent } from '../raw-client.ts';
import { newMark, paced, script, words } from '../script.ts';
import { ended, inWords } from './endings.ts';
import { type House, openHouse } from './house.ts';
import { expectSound } from './invariants.ts';

const control = join(tmpdir(), `weir-clock-${process.pid}`);
const preload = new URL('preload/clock.ts', import.meta.url).href;
const hour = 3_600_000;
/** All threads have looked at it by then. */
const seenMs = 500;

async function shift(ms: number): Promise<void> {
  await writeFile(control, String(ms));
  await sleep(seenMs);
}

let house: House;
beforeAll(async () => {
  await writeFile(control, '0');
  house = await openHouse({
    maxUpstream: 2,
    nodeArgs: ['--import', preload],
    env: { WEIR_TEST_CLOCK: control },
  });
});
afterAll(async () => {
  await house.close();
  await rm(control);
});

it.each([
  ['an hour ahead', hour],
  ['an hour back', -hour],
  ['a day back', -24 * hour],
])(
  '[F108] [G20] a clock that is set %s ends and doubles no answer, and keeps the order of messages',
  async (_, ms) => {
    const { weir, upstream } = house;
    await shift(0);
    const client = await RawClient.guest(weir.url);
    const key = newMark('k');
    const marks = Array.from({ length: 4 }, () => newMark());
    const sent: Sent[] = [];
    for (const mark of marks)
      sent.push(await client.say(`${mark} ${paced({ n: 8, k: 4, hold: key, mark })}`, client.model));
    await expect.poll(async () => (await upstream.stats()).waiting[key]).toBe(2);
    await shift(ms);
    // Longer than a beat: what is alive is not taken for dead, what waits not for late.
    await sleep(11_000);
    await upstream.release(key);
    for (const one of sent) expect(inWords(await ended(client, one))).toBe('done stop');
    for (const mark of marks) expect(await upstream.calls(mark)).toHaveLength(1);

    const [first] = sent as [Sent];
    const [mark = ''] = marks;
    const next = { messageId: newId(), replyId: newId(), generationId: newId() };
    const text = `${mark} ${paced({ n: 3, mark })}`;
    const wish = { type: 'send', chatId: first.chatId, ...next, text, model: client.model } as const;
    expect((await client.ask(wish)).type).toBe('ack');
    expect(inWords(await ended(client, wish))).toBe('done stop');
    const viewer = await client.sibling();
    viewer.watch(first.chatId);
    const { messages } = await viewer.event('path');
    expect(messages.map(({ id }) => id)).toEqual([
      first.messageId,
      first.replyId,
      next.messageId,
      next.replyId,
    ]);
    expect(messages.at(1)?.text).toBe(words(8, mark));
    await shift(0);
    await expectSound({ ...house, clients: [client, viewer], marks });
  },
);

it('[F108] [G20] an answer that was turned away goes on waiting when the clock is set an hour ahead', async () => {
  const { weir, upstream } = house;
  const mark = newMark();
  const client = await RawClient.guest(weir.url);
  const sent = await client.say(`${mark} ${script('429', { retryAfter: 2 })}`, client.model);
  const isTurnedAway = () => client.stateOf(sent.generationId) === 'retrying';
  await client.until(() => (isTurnedAway() ? true : undefined), 'the first refusal');
  const { length: before } = await upstream.calls(mark);
  await shift(hour);
  await expect
    .poll(async () => (await upstream.calls(mark)).length, { timeout: 30_000 })
    .toBeGreaterThan(before + 1);
  await client.ask({ type: 'stop', chatId: sent.chatId, generationId: sent.generationId });
  expect(inWords(await ended(client, sent))).toBe('stopped');
  await shift(0);
  await expectSound({ ...house, clients: [client], marks: [mark], retries: 20 });
});
