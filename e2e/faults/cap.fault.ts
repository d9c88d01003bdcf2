import { setTimeout as sleep } from 'node:timers/promises';
import { v7 as newId } from 'uuid';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { seeded } from '#lib/seeded-fixture.ts';
import { scrape } from '#lib/telemetry/scrape-fixture.ts';
import type { ClientMessageOf } from '#lib/wire/client-message.ts';
import { RawClient } from '../raw-client.ts';
import { newMark, paced, words } from '../script.ts';
import { ended, inWords } from './endings.ts';
import { type House, openHouse } from './house.ts';
import { expectSound } from './invariants.ts';
import { rounds } from './long.ts';
import { mostAhead } from './most-ahead.ts';

const ofUser = 50;
const inAll = 60;
/** Of the tests that run now. */
let house: House;
const clients: RawClient[] = [];
const keys: string[] = [];

function inHouse(options: Parameters<typeof openHouse>[0]): void {
  beforeAll(async () => {
    house = await openHouse(options);
  });
  afterAll(() => house.close());
  afterEach(async () => {
    // What a failed test holds would fail the others.
    for (const key of keys.splice(0)) await house.upstream.release(key);
    for (const client of clients.splice(0)) await client.close();
    await house.upstream.reset();
  });
}

async function guest(): Promise<RawClient> {
  const client = await RawClient.guest(house.weir.url);
  clients.push(client);
  return client;
}

const guests = (count: number) => Promise.all(Array.from({ length: count }, guest));

const short = (mark: string) => `${mark} ${paced({ n: 3, d: 1, f: 1, mark })}`;

/** A call that stays open until `free`: whoever comes after it waits. */
async function occupy(count = 1) {
  const client = await guest();
  const key = newMark('k');
  keys.push(key);
  const held = `${paced({ n: 2, k: 1, d: 1, f: 1, hold: key })}`;
  const sent = await Promise.all(Array.from({ length: count }, () => client.say(held, client.model)));
  await soon(async () => (await house.upstream.stats()).waiting[key]).toBe(count);
  const free = async () => {
    await house.upstream.release(key);
    for (const one of sent) expect(inWords(await ended(client, one))).toBe('done stop');
  };
  return { client, free };
}

const soon = <T>(look: () => Promise<T>) => expect.poll(look, { timeout: 30_000, interval: 5 });

const waiting = async () => scrape(await house.weir.metrics()).count('weir_queue_length');

const seed = Number(process.env.WEIR_SEED ?? Date.now() % 100_000);

type Send = Omit<ClientMessageOf<'send'>, 'requestId'>;

function sending(client: RawClient, text: string): Send {
  const ids = { chatId: newId(), messageId: newId(), replyId: newId(), generationId: newId() };
  return { type: 'send', ...ids, text, model: client.model };
}

const isSome = (ms: unknown) => typeof ms === 'number' && ms > 0;

describe('at a cap of one', () => {
  inHouse({ maxUpstream: 1, maxWaitingPerUser: ofUser, env: { WEIR_MAX_WAITING: String(inAll) } });

  it(`[F30] stops and cuts at any moment leave the one permit free (seed ${seed})`, async () => {
    const roll = seeded(seed);
    const mark = newMark();
    const client = await guest();
    for (let round = 0; round < rounds(40, 200); round += 1) {
      const { chatId, generationId } = await client.say(
        `${mark} ${paced({ n: 20, d: 2, f: 10, mark })}`,
        client.model,
      );
      await sleep(roll() * 60);
      if (roll() < 0.6) await client.ask({ type: 'stop', chatId, generationId });
      else {
        await client.close();
        await client.connect();
      }
    }
    const last = await client.say(short(newMark()), client.model);
    expect(inWords(await ended(client, last))).toBe('done stop');
    expect((await house.upstream.stats()).maxOpen).toBe(1);
    await expectSound({ ...house, clients: [client], marks: [mark] });
  });

  it('[F32] whoever stops and goes while waiting causes no call; whoever only goes gets the answer', async () => {
    const { client: first, free } = await occupy();
    const [faithful, leaving] = [await guest(), await guests(5)];
    const [kept, gone] = [newMark(), leaving.map(() => newMark())];
    const ask = (client: RawClient, mark: string, count: number) =>
      Promise.all(Array.from({ length: count }, () => client.say(short(mark), client.model)));
    await ask(faithful, kept, 5);
    const sent = await Promise.all(leaving.map((client, at) => ask(client, gone[at] ?? '', 10)));
    await soon(waiting).toBe(55);
    await faithful.close();
    await Promise.all(
      leaving.map(async (client, at) => {
        for (const { chatId, generationId } of sent[at]?.slice(0, 5) ?? [])
          void client.ask({ type: 'stop', chatId, generationId });
        await client.ask({ type: 'stop-all' });
        await client.close();
      }),
    );
    await soon(waiting).toBe(5);
    await free();
    await soon(waiting).toBe(0);
    await soon(async () => (await house.upstream.calls(kept)).length).toBe(5);
    for (const mark of gone) expect(await house.upstream.calls(mark)).toEqual([]);
    const marks = [kept, ...gone];
    await expectSound({ ...house, clients: [first, faithful, ...leaving], marks });
  });

  it('[F34] a full queue, of a person or of all, refuses with a code and a time, and what it refused can be sent again', async () => {
    const { client: first, free } = await occupy();
    const [many, other] = [await guest(), await guest()];
    const [mark, otherMark] = [newMark(), newMark()];
    const askAll = async (client: RawClient, sends: readonly Send[]) =>
      (await Promise.all(sends.map((send) => client.ask(send)))).map((answer, at) => ({ answer, at }));
    const sends = Array.from({ length: ofUser + 10 }, () => sending(many, short(mark)));
    const answers = await askAll(many, sends);
    const refused = answers.filter(({ answer }) => answer.type === 'refused');
    expect(refused).toHaveLength(10);
    for (const { answer } of refused)
      expect(answer).toMatchObject({ code: 'user_queue_full', retryAfterMs: expect.toSatisfy(isSome) });
    const others = await askAll(
      other,
      Array.from({ length: inAll - ofUser + 5 }, () => sending(other, short(otherMark))),
    );
    const turnedAway = others.filter(({ answer }) => answer.type === 'refused');
    expect(turnedAway).toHaveLength(5);
    for (const { answer } of turnedAway)
      expect(answer).toMatchObject({ code: 'queue_full', retryAfterMs: expect.toSatisfy(isSome) });
    await soon(waiting).toBe(inAll);

    await free();
    await soon(waiting).toBe(0);
    for (const again of refused.flatMap(({ at }) => sends[at] ?? [])) {
      many.watch(again.chatId);
      expect(await many.ask(again)).toMatchObject({ type: 'ack' });
      many.watch(again.chatId);
      expect(inWords(await ended(many, again))).toBe('done stop');
    }
    expect(await house.upstream.calls(mark)).toHaveLength(ofUser + 10);
    expect(await house.upstream.calls(otherMark)).toHaveLength(inAll - ofUser);
    await expectSound({ ...house, clients: [first, many, other], marks: [mark, otherMark] });
  });

  it('[F35] behind fifty of somebody else a newcomer starts after two of them at most', async () => {
    const { client: first, free } = await occupy();
    const [greedy, modest] = [await guest(), await guest()];
    const [many, one] = [newMark(), newMark()];
    await Promise.all(Array.from({ length: ofUser }, () => greedy.say(short(many), greedy.model)));
    const sent = await modest.say(short(one), modest.model);
    await free();
    expect(inWords(await ended(modest, sent))).toBe('done stop');
    expect(modest.textOf(sent)).toBe(words(3, one));
    await soon(async () => (await house.upstream.calls(many)).length).toBe(ofUser);
    const [call] = await house.upstream.calls(one);
    const before = (await house.upstream.calls(many)).filter(
      ({ startedAt }) => startedAt < (call?.startedAt ?? 0),
    );
    expect(before.length).toBeLessThanOrEqual(2);
    await expectSound({ ...house, clients: [first, greedy, modest], marks: [many, one] });
  });

  it('[F36] a chat goes before all background calls that wait, and the race goes on to its end', async () => {
    const [racer, person] = [await guest(), await guest()];
    const [raced, mark, key] = [newMark(), newMark(), newMark('k')];
    keys.push(key);
    const prompts = Array.from(
      { length: 6 },
      () => `${raced} ${paced({ n: 2, k: 1, d: 1, f: 1, hold: key })}`,
    );
    await racer.ask({ type: 'race', model: racer.model, prompts });
    const open = () => soon(async () => (await house.upstream.calls(raced)).length);
    for (let turn = 1; turn <= prompts.length; turn += 1) {
      await open().toBe(turn);
      await soon(async () => (await house.upstream.stats()).waiting[key]).toBe(1);
      await house.upstream.release(key, 1);
    }
    // The first of the second half is open, the others wait.
    await open().toBe(prompts.length + 1);
    await soon(waiting).toBe(prompts.length - 1);
    const sent = await person.say(short(mark), person.model);
    await soon(waiting).toBe(prompts.length);
    await soon(async () => (await house.upstream.stats()).waiting[key]).toBe(1);
    await house.upstream.release(key);
    expect(inWords(await ended(person, sent))).toBe('done stop');
    const over = await racer.event('race', ({ race }) => race !== null && race.state !== 'running');
    expect(over.race?.state).toBe('done');
    const [mine] = await house.upstream.calls(mark);
    const calls = await house.upstream.calls(raced);
    expect(calls).toHaveLength(2 * prompts.length);
    expect(calls.filter(({ startedAt }) => startedAt < (mine?.startedAt ?? 0))).toHaveLength(
      prompts.length + 1,
    );
    expect((await house.upstream.stats()).maxOpen).toBe(1);
    await expectSound({ ...house, clients: [racer, person], marks: [mark] });
  });
});

describe('at a cap of eight', () => {
  inHouse({ maxUpstream: 8 });

  it('[F33] three hundred at once: eight open at most, all are answered, by turns, and see where they stand', async () => {
    const { client: first, free } = await occupy(8);
    const people = await guests(30);
    const marks = people.map(() => newMark());
    const sent = await Promise.all(
      people.map(async (client, at) => {
        const mine = [];
        // One after the other, so that it is known which came first.
        for (let turn = 0; turn < 10; turn += 1)
          mine.push(await client.say(`${turn} ${short(marks[at] ?? '')}`, client.model));
        return mine;
      }),
    );
    await soon(waiting).toBe(300);
    await Promise.all(
      people.map((client) =>
        client.event(
          'state',
          ({ generation: { state } }) => state.name === 'queued' && state.position !== null,
        ),
      ),
    );
    await free();
    for (const [at, client] of people.entries())
      for (const one of sent[at] ?? []) expect(inWords(await ended(client, one))).toBe('done stop');
    expect((await house.upstream.stats()).maxOpen).toBe(8);
    const calls = await Promise.all(marks.map((mark) => house.upstream.calls(mark)));
    for (const mine of calls) expect(mine).toHaveLength(10);
    expect(mostAhead(calls)).toBeLessThanOrEqual(2);
    await expectSound({ ...house, clients: [first, ...people], marks });
  });
});
