import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { seeded } from '#lib/seeded-fixture.ts';
import { RawClient, type Sent } from '../raw-client.ts';
import { newMark, script } from '../script.ts';
import { furnish, noted } from '../tool-place.ts';
import { ended, inWords, lastOf } from './endings.ts';
import { type House, openHouse } from './house.ts';
import { expectSound } from './invariants.ts';
import { rounds } from './long.ts';

const seed = Number(process.env.WEIR_SEED ?? Date.now() % 1_000_000);
const random = seeded(seed);

let place: string;
let house: House;
beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'weir-tools-'));
  await furnish(place);
  house = await openHouse({ cwd: place, drainSeconds: 600 });
});
afterAll(async () => {
  await house.close();
  await rm(place, { recursive: true });
});

/** A new chat with the test server's tools, in which the model orders `mark`. */
async function order(client: RawClient, mark: string, ms = 400): Promise<Sent> {
  const text = [script('call'), 'say One moment.', `test__order {"words":"${mark}","ms":${ms}}`].join('\n');
  const sent = {
    chatId: randomUUID(),
    messageId: randomUUID(),
    replyId: randomUUID(),
    generationId: randomUUID(),
  };
  const equip = { tools: ['mcp:test'] };
  const answer = await client.ask({ type: 'send', ...sent, text, model: client.model, equip });
  expect(answer.type).toBe('ack');
  client.watch(sent.chatId);
  return sent;
}

const callOf = (client: RawClient, { generationId }: Sent) =>
  client.events
    .flatMap((event) =>
      event.type === 'state'
        ? [event.generation]
        : event.type === 'path'
          ? event.messages.flatMap(({ generation }) => generation ?? [])
          : [],
    )
    .findLast(({ id, calls }) => id === generationId && calls !== undefined)?.calls?.[0];

const asked = (client: RawClient, sent: Sent) =>
  client.until(() => {
    const call = callOf(client, sent);
    return call?.state === 'asking' ? call : undefined;
  }, 'a call that asks');

const ordersOf = async (mark: string) =>
  (await noted(place)).filter(({ name }) => name.startsWith(`order:${mark}:`));

/** The answer is asked to go on, as a person does who finds it cut off. */
async function goOn(client: RawClient, { chatId, replyId }: Sent): Promise<string> {
  const generationId = randomUUID();
  const answer = await client.ask({ type: 'continue', chatId, messageId: replyId, generationId });
  expect(answer.type).toBe('ack');
  client.watch(chatId);
  return inWords(await ended(client, { chatId, generationId }));
}

const kills = rounds(10, 100);

it(`[G38] [G40] kill -9 while an order asks, is made or has just been made: at most one for each word of its owner, ${kills} times (seed ${seed})`, {
  timeout: 60_000 * kills,
}, async () => {
  const { weir } = house;
  let made = 0;
  for (let kill = 0; kill < kills; kill += 1) {
    const client = await RawClient.guest(weir.url);
    const mark = newMark();
    const sent = await order(client, mark);
    const { id: callId } = await asked(client, sent);
    const isAllowed = kill % 3 !== 0;
    if (isAllowed)
      client.send({ type: 'decide', requestId: randomUUID(), ...sent, callId, verdict: 'allow' });
    // Every third is certainly made, however late the machine makes it.
    if (kill % 3 === 2) await expect.poll(() => ordersOf(mark)).toHaveLength(1);
    await sleep(random() * 600);
    await weir.kill9();
    await weir.restart();
    await client.connect();
    client.watch(sent.chatId);
    const ending = inWords(await ended(client, sent));
    if (ending !== 'done stop') {
      expect(ending).toBe('interrupted server_stopped');
      expect(['stopped', 'done']).toContain(callOf(client, sent)?.state);
      expect(await goOn(client, sent)).toBe('done stop');
    }
    const orders = await ordersOf(mark);
    expect(orders.length, `orders of ${mark} (seed ${seed})`).toBeLessThanOrEqual(isAllowed ? 1 : 0);
    made += orders.length;
    await client.close();
  }
  // Else nothing was tried.
  expect(made).toBeGreaterThan(0);
  // No program that a dead process started is left.
  const pids = new Set((await noted(place)).map(({ name }) => Number(name.split(':')[2])));
  for (const pid of pids) await expect.poll(() => isAlive(pid)).toBe(false);
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

it('[G41] [G62] a drain waits ten minutes for a tool, and for a person not at all', async () => {
  const { weir } = house;
  const client = await RawClient.guest(weir.url);
  const [asks, runs] = [newMark(), newMark()];
  const waiting = await order(client, asks);
  await asked(client, waiting);
  const running = await order(client, runs, 2_000);
  const { id: callId } = await asked(client, running);
  client.send({ type: 'decide', requestId: randomUUID(), ...running, callId, verdict: 'allow' });
  await expect.poll(() => ordersOf(runs)).toHaveLength(1);
  expect(await weir.sigterm()).toBe(0);
  await weir.restart();
  await client.connect();
  for (const sent of [waiting, running]) client.watch(sent.chatId);
  expect(inWords(await ended(client, waiting))).toBe('interrupted server_stopped');
  await ended(client, running);
  expect(callOf(client, running)).toMatchObject({ state: 'done', result: `ordered: ${runs}` });
  expect(callOf(client, waiting)).toMatchObject({ state: 'stopped', result: null });
  expect(await ordersOf(asks)).toHaveLength(0);
  expect(lastOf(client, running.generationId)?.state.name).toBe('done');
  await expectSound({ ...house, clients: [client] });
});
