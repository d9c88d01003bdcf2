import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seeded } from '#lib/seeded-fixture.ts';
import { keptTexts } from '../kept-texts.ts';
import { RawClient, type Sent } from '../raw-client.ts';
import { newMark, paced, words } from '../script.ts';
import { stored } from '../stored.ts';
import { ask } from './ask.ts';
import { ended, inWords } from './endings.ts';
import { type House, openHouse } from './house.ts';
import { expectSound } from './invariants.ts';
import { isLong, rounds } from './long.ts';

const seed = Number(process.env.WEIR_SEED ?? Date.now() % 1_000_000);
const random = seeded(seed);

let house: House;
beforeAll(async () => {
  house = await openHouse({ maxUpstream: 6, drainSeconds: 600 });
});
afterAll(() => house.close());

/** What people sent while a process died under them, and what of it was acked. */
interface Victims {
  readonly clients: RawClient[];
  readonly marks: string[];
  /** How many messages were sent, acked or not. */
  sends: number;
  readonly acked: Sent[];
}

/** Every message that was acked is stored with an answer that ended, and nothing else is wrong either. */
async function expectNothingLost({ clients, marks, sends, acked }: Victims): Promise<void> {
  const { weir } = house;
  // What had brought nothing when the process died is asked again: most of it waits for its turn still, two seconds by six.
  const backlogMs = sends * 400;
  await expectSound({ ...house, clients, marks, retries: sends, backlogMs, leaveEnded: true });
  const { messages } = await stored(weir);
  await weir.restart();
  const kept = new Map(messages.map(({ id, state }) => [id, state]));
  const lost = acked.filter(({ messageId }) => !kept.has(messageId));
  expect(lost, `acked, but not stored (seed ${seed})`).toEqual([]);
  const endings = new Set(acked.map(({ replyId }) => kept.get(replyId)));
  expect([...endings].filter((state) => state !== 'done' && state !== 'interrupted')).toEqual([]);
}

describe('kill -9', () => {
  const streams = 10;
  const kills = rounds(3, 50);

  it(`[F79] [F105] [G1] [G12] at random instants of ten streams, ${kills} times (seed ${seed})`, {
    timeout: 60_000 * kills,
  }, async () => {
    const { weir } = house;
    const victims: Victims = { clients: [], marks: [], sends: 0, acked: [] };
    for (let kill = 0; kill < kills; kill += 1) {
      const client = await RawClient.guest(weir.url);
      victims.clients.push(client);
      const sending = Array.from({ length: streams }, async () => {
        const mark = newMark();
        victims.marks.push(mark);
        victims.sends += 1;
        victims.acked.push(await client.say(`${mark} ${paced({ n: 60, d: 30, mark })}`, client.model));
      });
      const sent = Promise.allSettled(sending);
      await sleep(random() * 3_000);
      await weir.kill9();
      await sent;
      await weir.restart();
    }
    expect(victims.acked.length).toBeGreaterThan(0);
    await expectNothingLost(victims);
  });

  const races = rounds(10, 200);

  it(`[F105] [G1] in the moment of an ack, ${races} times (seed ${seed})`, {
    timeout: 60_000 * races,
  }, async () => {
    const { weir } = house;
    const victims: Victims = { clients: [], marks: [], sends: 0, acked: [] };
    for (let race = 0; race < races; race += 1) {
      const client = await RawClient.guest(weir.url);
      victims.clients.push(client);
      const mark = newMark();
      victims.marks.push(mark);
      const text = `${mark} ${paced({ n: 3, mark })}`;
      const sending = Array.from({ length: 5 }, () => client.say(text, client.model));
      victims.sends += sending.length;
      const sent = Promise.allSettled(sending);
      await sending[Math.floor(random() * sending.length)];
      await weir.kill9();
      for (const one of await sent) if (one.status === 'fulfilled') victims.acked.push(one.value);
      await weir.restart();
    }
    expect(victims.acked.length).toBeGreaterThanOrEqual(races);
    await expectNothingLost(victims);
  });
});

it('[F81] [B2] a second SIGTERM ends at once what would drain for ten minutes; text and chat are there afterwards', async () => {
  const { weir, upstream } = house;
  const mark = newMark();
  const client = await RawClient.guest(weir.url);
  const sent = await client.say(`${mark} ${paced({ n: 8, k: 4, hold: mark, mark })}`, client.model);
  await client.until(() => (client.textOf(sent) === words(4, mark) ? true : undefined), 'four words');
  await expect.poll(async () => (await keptTexts(weir)).get(sent.generationId)).toBe(words(4, mark));
  weir.askToGo();
  await expect.poll(() => weir.logs()).toContain('Finishing what runs');
  // Two signals within a second are one press of Ctrl-C.
  await sleep(1_200);
  expect(weir.isRunning).toBe(true);
  expect(await weir.sigterm()).toBe(1);
  await weir.restart();
  await upstream.release(mark);
  await client.connect();
  client.watch(sent.chatId);
  expect(inWords(await ended(client, sent))).toBe('interrupted server_stopped');
  expect(client.textOf(sent)).toBe(words(4, mark));
  await expectSound({ ...house, clients: [client], marks: [mark] });
});

it('[H19] [B2] whoever asks a process that goes is answered by one that has all it needs, or by none', async () => {
  const { weir } = house;
  const client = await RawClient.guest(weir.url);
  const headers = { cookie: client.cookie, origin: weir.url };
  const statuses = new Set<number>();
  let isGone = false;
  const asking = Array.from({ length: 8 }, async () => {
    while (!isGone) {
      const answer = await ask(weir.port, 'POST', '/api/session', { headers }).catch(() => null);
      if (answer !== null) statuses.add(answer.status);
    }
  });
  expect(await weir.sigterm()).toBe(0);
  isGone = true;
  await Promise.all(asking);
  expect([...statuses]).toEqual([200]);
  await weir.restart();
  await expectSound({ ...house, clients: [client] });
});

it('[F86] a process that stood still just goes on: no word is lost or doubled, no timer makes up for it', async () => {
  const { weir } = house;
  const mark = newMark();
  const client = await RawClient.guest(weir.url);
  const sent = await client.say(`${mark} ${paced({ n: 100, d: 20, mark })}`, client.model);
  await client.until(() => (client.textOf(sent).length > 100 ? true : undefined), 'some words');
  weir.signal('SIGSTOP');
  await sleep(isLong ? 20_000 : 4_000);
  const beats = () => client.events.filter(({ type }) => type === 'beat' || type === 'gate').length;
  const before = beats();
  weir.signal('SIGCONT');
  expect(inWords(await ended(client, sent))).toBe('done stop');
  expect(client.textOf(sent)).toBe(words(100, mark));
  expect(beats() - before).toBeLessThan(10);
  expect(client.closeCode).toBeNull();
  await expectSound({ ...house, clients: [client], marks: [mark] });
});
