import { setTimeout as sleep } from 'node:timers/promises';
import { v7 as newId } from 'uuid';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { findTestServer } from '#lib/store/test-database-fixture.ts';
import type { ClientMessageOf } from '#lib/wire/client-message.ts';
import { RawClient } from '../raw-client.ts';
import { newMark, paced, words } from '../script.ts';
import { ask } from './ask.ts';
import { ended, inWords } from './endings.ts';
import { expectSound } from './invariants.ts';
import { openPostgresHouse, type PostgresHouse } from './postgres-house.ts';

const server = await findTestServer();
/** Said by the server of a database that is away: true, and expected here. */
const allowed = [
  /ending not stored/,
  /storage_unavailable/,
  /request failed/,
  /answer failed/,
  /^\s+at /,
  /refused/,
];

type Send = Omit<ClientMessageOf<'send'>, 'requestId'>;
function sending(client: RawClient, text: string, chatId = newId()): Send {
  const ids = { messageId: newId(), replyId: newId(), generationId: newId() };
  return { type: 'send', chatId, ...ids, text, model: client.model };
}

describe.skipIf(server === null)('a Postgres server', () => {
  let house: PostgresHouse;
  beforeAll(async () => {
    // Whoever runs the server may limit how long a lock is waited for.
    const parameters = { options: '-c lock_timeout=1s' };
    house = await openPostgresHouse(server ?? '', { maxUpstream: 50, parameters });
  });
  afterEach(async () => {
    house.database.forward();
    house.database.latencyMs = 0;
    await house.sql.query('ROLLBACK');
  });
  afterAll(() => house.close());

  const ready = async () => (await ask(house.weir.port, 'GET', '/readyz')).status;

  /** Asks until it is acked; the same ids, so that it is stored once. */
  async function persist(client: RawClient, wish: Send): Promise<void> {
    await expect
      .poll(async () => (await client.ask(wish)).type, { timeout: 30_000, interval: 500 })
      .toBe('ack');
  }

  it('[F101] [F103] [F104] [G9] [G16] [S17] goes away under load and comes back: words go on, no ending is told, then all is there', async () => {
    const { weir, upstream, database } = house;
    const client = await RawClient.guest(weir.url);
    const [held, running] = [newMark(), newMark()];
    const last = await client.say(`${held} ${paced({ n: 8, k: 7, hold: held, mark: held })}`, client.model);
    const long = await client.say(`${running} ${paced({ n: 200, d: 20, mark: running })}`, client.model);
    const begun = () => client.textOf(last) === words(7, held) && client.textOf(long) !== '';
    await client.until(() => (begun() ? true : undefined), 'words of both');
    database.down();
    await upstream.release(held);
    // Both texts arrive whole while nothing can be stored.
    const whole = () => client.textOf(last) === words(8, held) && client.textOf(long) === words(200, running);
    await client.until(() => (whole() ? true : undefined), 'all words');
    expect(await ready()).toBe(503);
    const refusedText = newMark();
    const wish = sending(client, `${refusedText} ${paced({ n: 5, mark: refusedText })}`);
    expect(await client.ask(wish)).toMatchObject({ type: 'refused', code: 'storage_unavailable' });
    for (const { generationId } of [last, long]) expect(client.stateOf(generationId)).toBe('streaming');
    database.forward();
    for (const sent of [last, long]) expect(inWords(await ended(client, sent))).toBe('done stop');
    await expect.poll(ready, { timeout: 30_000 }).toBe(200);
    client.watch(wish.chatId);
    await persist(client, wish);
    client.watch(wish.chatId);
    expect(inWords(await ended(client, wish))).toBe('done stop');
    await expectSound({ ...house, clients: [client], marks: [held, running, refusedText], allowed });
  });

  it('[F101] [S17] ends all our connections at once: nobody notices more than one refusal', async () => {
    const { weir, sql } = house;
    const client = await RawClient.guest(weir.url);
    const marks = Array.from({ length: 10 }, () => newMark());
    const sent = await Promise.all(
      marks.map((mark) => client.say(`${mark} ${paced({ n: 60, d: 20, mark })}`, client.model)),
    );
    await sql.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid()`);
    const mark = newMark();
    const wish = sending(client, `${mark} ${paced({ n: 5, mark })}`);
    await persist(client, wish);
    client.watch(wish.chatId);
    for (const one of [...sent, wish]) expect(inWords(await ended(client, one))).toBe('done stop');
    await expectSound({ ...house, clients: [client], marks: [...marks, mark], allowed });
  });

  it('[F98] [F102] [S17] locked: for a moment is waited for; for long is refused within a bound, for all of a crowd; then all goes on', async () => {
    const { weir, sql } = house;
    const clients = await Promise.all(Array.from({ length: 10 }, () => RawClient.guest(weir.url)));
    const [first] = clients as [RawClient];
    const [short, long] = [newMark(), newMark()];
    await sql.query('BEGIN; LOCK TABLE "Chat" IN ACCESS EXCLUSIVE MODE');
    const waiting = first.ask(sending(first, `${short} ${paced({ n: 5, mark: short })}`));
    // More than a lock is waited for at once, and well within the five seconds that it is tried again.
    await sleep(2_000);
    await sql.query('COMMIT');
    expect((await waiting).type).toBe('ack');

    await sql.query('BEGIN; LOCK TABLE "Chat" IN ACCESS EXCLUSIVE MODE');
    // Forty times the connections that the server has.
    const wishes = clients.flatMap((client) =>
      Array.from({ length: 40 }, () => ({
        client,
        wish: sending(client, `${long} ${paced({ n: 3, mark: long })}`),
      })),
    );
    const answers = await Promise.all(wishes.map(({ client, wish }) => client.ask(wish)));
    expect(new Set(answers.map((answer) => ('code' in answer ? answer.code : answer.type)))).toEqual(
      new Set(['storage_unavailable']),
    );
    await sql.query('COMMIT');
    await expect.poll(ready, { timeout: 30_000 }).toBe(200);
    for (const { client, wish } of wishes.slice(0, 20)) await persist(client, wish);
    await expectSound({ ...house, clients, allowed });
  });

  it('[F99] [S2] [S11] many who change one chat at the same time are all served', async () => {
    const { weir } = house;
    const client = await RawClient.guest(weir.url);
    const other = await client.sibling();
    const mark = newMark();
    const { chatId } = await client.say(`${mark} ${paced({ n: 2, mark })}`, client.model);
    const changes = Array.from({ length: 10 }, (_, at) => [
      client.ask(sending(client, `${mark} ${at} ${paced({ n: 2, mark })}`, chatId)),
      other.ask({ type: 'rename', chatId, title: `${mark} ${at}` }),
      other.ask({ type: 'read', chatId }),
    ]).flat();
    expect((await Promise.all(changes)).map(({ type }) => type)).toEqual(changes.map(() => 'ack'));
    await expect
      .poll(
        async () => (await house.upstream.calls(mark)).filter(({ outcome }) => outcome === 'finished').length,
        {
          timeout: 60_000,
        },
      )
      .toBe(11);
    await expectSound({ ...house, clients: [client, other], marks: [mark], allowed });
  });

  it('[F104] [G9] [G15] every query half a second late: nothing is lost, and no word waits for one', async () => {
    const { weir, database } = house;
    const client = await RawClient.guest(weir.url);
    const mark = newMark();
    database.latencyMs = 250;
    const sent = await client.say(`${mark} ${paced({ n: 100, d: 10, mark })}`, client.model);
    expect(inWords(await ended(client, sent))).toBe('done stop');
    database.latencyMs = 0;
    await expectSound({ ...house, clients: [client], marks: [mark], allowed });
  });

  it('[F107] [R4] [S4] requests that are cut, stopped and repeated at random answer nobody else', async () => {
    const { weir, proxy } = house;
    const people = await Promise.all(
      Array.from({ length: 50 }, async () => ({ client: await RawClient.guest(proxy.url), mark: newMark() })),
    );
    await Promise.allSettled(
      people.map(async ({ client, mark }, at) => {
        const sent = await client.say(`${mark} ${paced({ n: 20, d: 10, mark })}`, client.model);
        if (at % 3 === 0) await client.close();
        else if (at % 3 === 1)
          await client.ask({ type: 'stop', chatId: sent.chatId, generationId: sent.generationId });
        else for (let page = 0; page < 5; page += 1) client.watch(sent.chatId);
      }),
    );
    proxy.cut();
    await Promise.all(people.map(({ client }) => client.close()));
    await Promise.all(people.map(({ client }) => client.connect()));
    const [clients, marks] = [people.map(({ client }) => client), people.map(({ mark }) => mark)];
    for (const { client, mark } of people) {
      const others = marks.filter((other) => other !== mark);
      expect(client.frames.filter((frame) => others.some((other) => frame.includes(other)))).toEqual([]);
    }
    expect(weir.isRunning).toBe(true);
    await expectSound({ ...house, clients, marks, allowed });
  });

  it('[F110] [S7] a chat of ten thousand messages opens by pages, and a send to it costs no more frames', async () => {
    const { weir, sql } = house;
    const client = await RawClient.guest(weir.url);
    const mark = newMark();
    const first = await client.say(`${mark} ${paced({ n: 3, mark })}`, client.model);
    await ended(client, first);
    await sql.query(
      `WITH RECURSIVE row AS (
         SELECT 1 AS n, gen_random_uuid() AS id, $2::uuid AS parent
         UNION ALL SELECT n + 1, gen_random_uuid(), id FROM row WHERE n < 10000
       ), kept AS (
         INSERT INTO "Message" (id, "chatId", "parentId", role, text, "createdAt")
         SELECT id, $1::uuid, parent, CASE n % 2 WHEN 1 THEN 'user' ELSE 'assistant' END, 'message ' || n, now() FROM row
       )
       UPDATE "Chat" SET "leafId" = (SELECT id FROM row WHERE n = 10000), revision = revision + 1 WHERE id = $1::uuid`,
      [first.chatId, first.replyId],
    );
    client.watch(first.chatId);
    const path = await client.event('path', ({ messages }) => messages.at(-1)?.text === 'message 10000');
    expect(path.messages.length).toBeLessThanOrEqual(60);
    const oldest = path.messages[0]?.id ?? '';
    const page = await client.ask({ type: 'older', chatId: first.chatId, before: oldest });
    expect(page).toMatchObject({ type: 'older', hasOlder: true });
    const before = client.frames.join('').length;
    const wish = sending(client, `${mark} ${paced({ n: 3, mark })}`, first.chatId);
    await client.ask(wish);
    expect(inWords(await ended(client, wish))).toBe('done stop');
    expect(client.frames.join('').length - before).toBeLessThan(50_000);
    const tooLong = sending(client, 'x'.repeat(100_001));
    expect(await client.ask(tooLong)).toMatchObject({ type: 'refused' });
    await expectSound({ ...house, clients: [client], allowed });
  });
});
