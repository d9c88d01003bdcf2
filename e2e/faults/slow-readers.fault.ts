import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { scrape } from '#lib/telemetry/scrape-fixture.ts';
import { closeCodes, mayComeBack } from '#lib/wire/close-code.ts';
import { cpuOf } from '../../bench/usage.ts';
import { RawClient, type Sent } from '../raw-client.ts';
import { newMark, paced, words } from '../script.ts';
import { type House, openHouse } from './house.ts';
import { expectSound } from './invariants.ts';

const readers = 20;
/** One word is that long: each of the stalled is owed some 9 MB, far beyond what kernels buffer. */
const longWord = newMark().padEnd(85_000, 'x');
const longWords = 108;

let house: House;

beforeAll(async () => {
  const probe = fileURLToPath(new URL('soak/probe.ts', import.meta.url));
  house = await openHouse({ maxUpstream: 2 * readers, nodeArgs: ['--expose-gc', '--import', probe] });
});
afterAll(() => house.close());

/** Milliseconds from a word's leaving the upstream to its arrival in each client. */
function delays(client: RawClient, from: number): number[] {
  return client.frames.slice(from).flatMap((frame, at) => {
    const arrived = client.arrivals[from + at] ?? Number.NaN;
    return [...frame.matchAll(/ w\d+:[^@" ]+@(\d+)/g)].map(([, stamp]) => (arrived - Number(stamp)) / 1_000);
  });
}

const quantile = (values: number[], at: number) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * at)] ?? Number.NaN;

/** MiB that the server holds once all garbage is collected. */
async function held(): Promise<number> {
  const probes = () =>
    house.weir
      .logs()
      .split('\n')
      .filter((line) => line.startsWith('probe '));
  const before = probes().length;
  house.weir.signal('SIGUSR2');
  await expect.poll(() => probes().length).toBe(before + 1);
  const { heapUsed, external } = JSON.parse(
    probes()
      .at(-1)
      ?.replace(/^probe \d+ /, '') ?? '',
  );
  return (heapUsed + external) / 2 ** 20;
}

/** Every healthy one gets an answer of four seconds. @returns delays of all words, and the server's work meanwhile, ms */
async function talk(healthy: readonly RawClient[]) {
  const cpu = () => (cpuOf(house.weir.pid)?.total ?? 0) / 1_000;
  const before = cpu();
  const all = await Promise.all(
    healthy.map(async (client) => {
      const from = client.frames.length;
      const mark = newMark();
      const sent = await client.say(`${mark} ${paced({ n: 80, d: 50, stamp: 1, mark })}`, client.model);
      await client.until(() => (client.stateOf(sent.generationId) === 'done' ? true : undefined), 'done');
      return delays(client, from);
    }),
  );
  const flat = all.flat();
  // Words that were there before the first snapshot came with it, and count as well.
  expect(flat.length).toBeGreaterThan(readers * 60);
  const worked = cpu() - before;
  return { median: quantile(flat, 0.5), p95: quantile(flat, 0.95), worst: Math.max(...flat), worked };
}

/** A guest with 20 tabs on one chat whose long answer has not begun. */
async function crowd(key: string): Promise<{ stalled: RawClient[]; sent: Sent }> {
  const sender = await RawClient.guest(house.weir.url);
  const prompt = `${paced({ n: longWords + 1, k: longWords, d: 10, gate: `${key}-begin`, hold: key, mark: longWord })}`;
  const sent = await sender.say(prompt, sender.model);
  const stalled = [sender];
  while (stalled.length < readers) stalled.push(await sender.sibling());
  for (const tab of stalled.slice(1)) tab.watch(sent.chatId);
  await Promise.all(stalled.map((tab) => tab.event('path', ({ chatId }) => chatId === sent.chatId)));
  return { stalled, sent };
}

it('[F65] [R6] [R7] twenty who never read beside twenty who do: nobody waits for them, they cost no memory, and are told to come back', {
  timeout: 180_000,
}, async () => {
  const key = newMark('k');
  const healthy = await Promise.all(Array.from({ length: readers }, () => RawClient.guest(house.weir.url)));
  const { stalled, sent } = await crowd(key);
  const alone = await talk(healthy);
  const before = await held();

  for (const tab of stalled) tab.pause();
  // They still speak: silence would be another fault, with another end.
  const beats = setInterval(() => {
    for (const tab of stalled) tab.send({ type: 'beat' });
  }, 1_000);
  await house.upstream.release(`${key}-begin`);
  await expect.poll(async () => (await house.upstream.stats()).waiting[key], { timeout: 30_000 }).toBe(1);
  // They are given up after 15 s, and cut off, without a word, 30 s after that.
  const closing = sleep(25_000);
  const beside = await talk(healthy);
  const grown = (await held()) - before;
  const waiting = scrape(await house.weir.metrics()).count('weir_sockets_buffered_bytes');
  process.stdout.write(
    `delays alone ${JSON.stringify(alone)}, beside the stalled ${JSON.stringify(beside)}; grown by ${grown.toFixed(1)} MiB, ${waiting} bytes in sockets\n`,
  );
  // Had anybody waited for them, it would be for as long as they are borne: fifteen seconds.
  expect(beside.worst).toBeLessThan(7_500);
  expect(beside.median).toBeLessThan(3 * alone.median + 100);
  expect(beside.p95).toBeLessThan(3 * alone.p95 + 250);
  // What they cost the server is its own time: delays are also the machine's, which others may use more than before.
  expect(beside.worked, 'ms of work').toBeLessThan(2 * alone.worked + 1_000);
  // The text itself, once or twice; 9 MB for each of them would be 180.
  expect(grown, 'MiB').toBeLessThan(60);
  expect(waiting).toBeLessThan(readers * 512 * 1024);

  await closing;
  clearInterval(beats);
  for (const tab of stalled) tab.resume();
  await Promise.all(stalled.map((tab) => expect.poll(() => tab.closeCode).toBe(closeCodes.tooSlow)));
  expect(mayComeBack(closeCodes.tooSlow)).toBe(true);
  // The answer went on without them; whoever comes back gets all of it.
  expect((await house.upstream.stats()).open).toBe(1);
  await house.upstream.release(key);
  const back = stalled[0] as RawClient;
  await back.connect();
  const from = back.events.length;
  back.watch(sent.chatId);
  await back.event('path', ({ chatId }) => chatId === sent.chatId, from);
  await back.until(() => (back.stateOf(sent.generationId) === 'done' ? true : undefined), 'the ending');
  // Compared here: a difference of 9 MB is not to be printed.
  expect(back.textOf(sent) === words(longWords + 1, longWord)).toBe(true);
  await expectSound({ ...house, clients: [...healthy, ...stalled] });
});
