import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { closeCodes } from '#lib/wire/close-code.ts';
import { cpuOf, memoryOf } from '../../bench/usage.ts';
import { keptTexts } from '../kept-texts.ts';
import { newMark, paced, words } from '../script.ts';
import { GuestTab } from './guest-tab.ts';
import { type House, openHouse } from './house.ts';
import { expectRest, expectSound } from './invariants.ts';
import { rounds } from './long.ts';

const crowd = rounds(120, 2_000);
/** Half of the answers stream, the others wait: these are sent after the crash, to tabs that have come back. */
const atOnce = crowd / 2;
/** An answer that goes on for longer than any round: words come slowly, but sooner than a model counts as stalled. */
const endless = 10_000;
const everyMs = 1_500;
/** Session, socket and chats of one who comes back, and the page of one chat; with room for the answers themselves. */
const queriesEach = 20;

let house: House;
const tabs: { tab: GuestTab; chatId: string; mark: string }[] = [];

beforeAll(async () => {
  const preload = fileURLToPath(new URL('count-queries.mjs', import.meta.url));
  house = await openHouse({ maxUpstream: atOnce, nodeArgs: ['--import', preload] });
});
afterAll(async () => {
  for (const { tab } of tabs) tab.close();
  await house.close();
});

/** A guest with an answer that streams or waits. */
async function join(): Promise<void> {
  const tab = new GuestTab(house.weir.url);
  await tab.until(() => tab.isOpen, 'the first welcome');
  const mark = newMark();
  const prompt = `${mark} ${paced({ n: endless, d: everyMs, mark })}`;
  const chatId = tab.say(prompt);
  tabs.push({ tab, chatId, mark });
  await tab.until(() => tab.state.outbox.length === 0, 'the ack');
}

const everyTab = (holds: (one: (typeof tabs)[number]) => boolean, what: string, withinMs: number) =>
  Promise.all(tabs.map((one) => one.tab.until(() => holds(one), `${what} of ${one.mark}`, withinMs)));

/** Some of the answer, and nothing else. */
function hasText({ tab, chatId, mark }: (typeof tabs)[number]): boolean {
  const text = tab.text(chatId);
  return text !== '' && words(text.split(' ').length, mark).startsWith(text);
}

/** How many of them fall into the fullest tenth of a second. */
function busiest(times: readonly number[]): number {
  const counts = times.map((from) => times.filter((at) => at >= from && at < from + 100).length);
  return Math.max(...counts);
}

async function queries(): Promise<{ all: number; most: number }> {
  house.weir.signal('SIGUSR2');
  const line = () =>
    house.weir
      .logs()
      .split('\n')
      .findLast((one) => one.startsWith('queries '));
  await expect.poll(line).toBeDefined();
  const [, all, most] = line()?.split(' ').map(Number) ?? [];
  return { all: all ?? 0, most: most ?? 0 };
}

it(`[F69] [C9] [G12] ${crowd} tabs with live answers come back within 30 s of a crash, spread out, with all of the text and no stampede`, {
  timeout: 1_200_000,
}, async () => {
  for (let left = crowd; left > 0; left -= 25)
    await Promise.all(Array.from({ length: Math.min(25, left) }, join));
  await expect.poll(async () => (await house.upstream.stats()).open, { timeout: 60_000 }).toBe(atOnce);
  await expect.poll(() => tabs.filter(hasText).length, { timeout: 60_000 }).toBe(atOnce);
  const begun = new Set(tabs.filter(hasText));
  // What is not kept by then is asked again: another ending.
  await expect.poll(async () => (await keptTexts(house.weir)).size, { timeout: 60_000 }).toBe(atOnce);

  await house.weir.kill9();
  await house.weir.restart();
  const readyAt = Date.now();
  await everyTab(({ tab }) => tab.isOpen, 'the connection', 60_000);
  const isBack = (one: (typeof tabs)[number]) =>
    hasText(one) && one.tab.ending(one.chatId) === (begun.has(one) ? 'interrupted' : null);
  await everyTab(isBack, 'the text', 60_000);
  const tookMs = Date.now() - readyAt;
  const asked = await queries();

  // When they chose to come: a machine that is busy lets those in together who came one after the other.
  const came = tabs.flatMap(({ tab }) => tab.returns);
  expect(Math.max(...came) - readyAt, 'ms until the last one comes').toBeLessThan(25_000);
  const most = busiest(came);
  // Nobody who reached the new server was turned away and came again.
  expect(came).toHaveLength(crowd);
  expect(tabs.filter(({ tab }) => tab.closeCodes.some((code) => code !== 1006))).toEqual([]);
  expect(most / crowd, 'share of the busiest tenth of a second').toBeLessThan(0.25);
  expect(asked.all / crowd, 'queries for each').toBeLessThan(queriesEach);
  process.stdout.write(
    `storm of ${crowd}: back in ${Math.round(tookMs)} ms; ` +
      `busiest tenth ${most} sockets; queries ${asked.all}, ${asked.most} in the busiest tenth\n`,
  );

  const live = tabs.filter((one) => !begun.has(one));
  const lengths = new Map(live.map((one) => [one, one.tab.text(one.chatId).length]));
  await Promise.all(
    live.map((one) =>
      one.tab.until(() => one.tab.text(one.chatId).length > (lengths.get(one) ?? 0), `more of ${one.mark}`),
    ),
  );
  expect(tabs.every(hasText)).toBe(true);
  for (const { tab, chatId } of live) {
    tab.client.stop(chatId, tab.messages(chatId).at(-1)?.generation?.id ?? '');
  }
  await everyTab(
    (one) => one.tab.ending(one.chatId) === (begun.has(one) ? 'interrupted' : 'stopped'),
    'the ending',
    60_000,
  );
});

it(`[F68] ${crowd} idle tabs cost next to nothing`, async () => {
  await expectRest({ ...house, sockets: crowd });
  const { pid } = house.weir;
  const [before, memory] = [cpuOf(pid), memoryOf(pid)];
  await sleep(5_000);
  const after = cpuOf(pid);
  const cpuShare = ((after?.total ?? 0) - (before?.total ?? 0)) / 5_000_000;
  process.stdout.write(`${crowd} idle tabs: ${Math.round(cpuShare * 100)} % of a core, ${memory?.now} KiB\n`);
  expect(house.weir.isRunning).toBe(true);
  expect(cpuShare).toBeLessThan(0.25);
});

it(`[F70] [R13] ${crowd} tabs are told to come back at different times when the server goes in order`, {
  timeout: 300_000,
}, async () => {
  /** Of each its first: while a busy machine ends the server, those who were told half a second find it leaving. */
  const goodbyes = new Map<GuestTab, { code: number | undefined; retryAt: number }>();
  for (const { tab } of tabs) {
    tab.client.store.subscribe(({ connection: { retryAt } }) => {
      if (retryAt !== null && !goodbyes.has(tab)) goodbyes.set(tab, { code: tab.closeCodes.at(-1), retryAt });
    });
  }
  expect(await house.weir.sigterm()).toBe(0);
  await expect.poll(() => goodbyes.size).toBe(crowd);
  const codes = new Set([...goodbyes.values()].map(({ code }) => code));
  expect(codes).toEqual(new Set([closeCodes.draining]));
  const returns = [...goodbyes.values()].map(({ retryAt }) => retryAt);
  expect(Math.max(...returns) - Math.min(...returns), 'milliseconds of spread').toBeGreaterThan(2_000);
  expect(busiest(returns) / crowd).toBeLessThan(0.25);
  for (const { tab } of tabs) tab.close();
  await house.weir.restart();
  await expectSound({ ...house, marks: tabs.slice(0, 100).map(({ mark }) => mark) });
});
