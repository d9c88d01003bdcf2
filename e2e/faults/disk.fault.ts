import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 as newId } from 'uuid';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ClientMessageOf } from '#lib/wire/client-message.ts';
import { RawClient } from '../raw-client.ts';
import { newMark, paced, words } from '../script.ts';
import { ended, inWords } from './endings.ts';
import { type House, openHouse } from './house.ts';
import { expectSound } from './invariants.ts';

const control = join(tmpdir(), `weir-disk-${process.pid}`);
const disk = (state: 'fine' | 'full' | 'read-only') => writeFile(control, state);
const preload = new URL('preload/disk.ts', import.meta.url).href;

let house: House;
beforeAll(async () => {
  await disk('fine');
  const env = { WEIR_TEST_DISK: control };
  house = await openHouse({ nodeArgs: ['--import', preload], env });
});
afterAll(async () => {
  await house.close();
  await rm(control);
});

type Send = Omit<ClientMessageOf<'send'>, 'requestId'>;
function sending(client: RawClient, text: string): Send {
  const ids = { chatId: newId(), messageId: newId(), replyId: newId(), generationId: newId() };
  return { type: 'send', ...ids, text, model: client.model };
}

/** Sends texts of 50 000 characters until one is refused, which has to come before the disk could be full of them. */
async function sendUntilRefused(client: RawClient, mark: string) {
  for (let count = 0; count < 100; count += 1) {
    const padding = Array.from({ length: 5_000 }, () => newMark())
      .join('')
      .slice(0, 50_000);
    const wish = sending(client, `${mark} ${paced({ n: 3, mark })} ${padding}`);
    const answer = await client.ask(wish);
    if (answer.type === 'refused') return { wish, answer };
  }
  throw new Error('nothing was refused');
}

it.each(['full', 'read-only'] as const)(
  '[F100] [G16] [S17] [S26] a disk that is %s refuses sends; the process lives, and all goes on once it is mended',
  async (state) => {
    const { weir, upstream } = house;
    const client = await RawClient.guest(weir.url);
    const [mark, running] = [newMark(), newMark()];
    const live = await client.say(
      `${running} ${paced({ n: 8, k: 4, hold: running, mark: running })}`,
      client.model,
    );
    await client.until(() => (client.textOf(live) === words(4, running) ? true : undefined), 'four words');
    await disk(state);
    const { wish, answer } = await sendUntilRefused(client, mark);
    expect(answer).toMatchObject({ code: 'storage_unavailable', retryAfterMs: expect.any(Number) });
    expect((await fetch(`${weir.url}/healthz`)).status).toBe(200);
    if (state === 'read-only') {
      // A change that needs no new room reaches the log of the database, and that is where Postgres gives up.
      const { chatId } = live;
      expect(await client.ask({ type: 'rename', chatId, title: 'Renamed' })).toMatchObject({
        type: 'refused',
        code: 'storage_unavailable',
      });
      await weir.line(/gave up and is opened anew/);
    }
    if (state === 'full') {
      // What is there can be read.
      const reader = await client.sibling();
      reader.watch(live.chatId);
      await reader.event('path', ({ chatId }) => chatId === live.chatId);
      await reader.close();
    }
    await upstream.release(running);
    await client.until(() => (client.textOf(live) === words(8, running) ? true : undefined), 'all words');
    await disk('fine');
    expect(inWords(await ended(client, live))).toBe('done stop');
    await expect
      .poll(async () => (await client.ask(wish)).type, { timeout: 30_000, interval: 500 })
      .toBe('ack');
    client.watch(wish.chatId);
    expect(inWords(await ended(client, wish))).toBe('done stop');
    const allowed = [/ending not stored/, /answer failed/, /^\s+at /];
    await expectSound({ ...house, clients: [client], marks: [mark, running], allowed });
  },
);
