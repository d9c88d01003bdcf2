import type { Tab } from './chat.ts';
import { newMark, paced, script, words } from './script.ts';
import type { Upstream } from './upstream.ts';
import { expect, houseWith, type Person, test } from './world.ts';

test.use(houseWith({ maxUpstream: 1 }));

/** How soon the upstream must see its socket closed. */
const soonMs = 1_000;

test.describe('[G4] stop, from another tab than the one that sent (4)', () => {
  test('[F47] while it is queued: the upstream is never called', async ({ house: { upstream }, person }) => {
    const me = await person();
    const [busy, tab] = [await me.open(), await me.open()];
    const [first, mark] = [newMark('b'), newMark()];
    await busy.send(`${first} ${paced({ n: 6, k: 3, hold: first, mark: first })}`);
    await busy.expectText(words(3, first));
    await tab.send(`${mark} ${paced({ n: 6, mark })}`);
    await tab.expectState('Queued, position 1');

    await stopFromElsewhere(me, tab);
    await upstream.release(first);
    await busy.expectReply(words(6, first));
    await expectPermitFree(me);
    expect(await upstream.calls(mark)).toEqual([]);
    await tab.expectState('Stopped');
  });

  test('[F47] while it connects', async ({ house: { upstream }, person }) => {
    const me = await person();
    const tab = await me.open();
    const mark = newMark();
    await tab.send(`${mark} ${paced({ n: 6, gate: mark, mark })}`);
    await expect.poll(async () => (await upstream.stats()).waiting[mark]).toBe(1);
    await tab.expectState('Connecting');

    const at = await stopFromElsewhere(me, tab);
    await expectClosedSoon(upstream, mark, at);
    await expectPermitFree(me);
  });

  test('[F44] [F46] while it streams: the text so far is kept', async ({ house: { upstream }, person }) => {
    const me = await person();
    const tab = await me.open();
    const mark = newMark();
    await tab.send(`${mark} ${paced({ n: 12, k: 5, hold: mark, mark })}`);
    await tab.expectText(words(5, mark));
    await tab.expectState('Streaming');

    const at = await stopFromElsewhere(me, tab);
    await expectClosedSoon(upstream, mark, at);
    await expectPermitFree(me);
    await upstream.release(mark);
    await tab.page.reload();
    await tab.expectState('Stopped');
    await tab.expectText(words(5, mark));
  });

  test('[F37] while it waits to retry: there is no second call', async ({ house: { upstream }, person }) => {
    const me = await person();
    const tab = await me.open();
    const mark = newMark();
    await tab.send(`${mark} ${script('status', { code: 500, retryAfter: 120 })}`);
    await tab.expectState(/Retrying in \d+ s/);
    // [G6] The permit is free while it waits.
    await expectPermitFree(me);

    await stopFromElsewhere(me, tab);
    await expectPermitFree(me);
    expect(await upstream.calls(mark)).toHaveLength(1);
  });
});

/** Presses Stop in a new tab on the chat that `tab` shows. @returns when, epoch ms */
async function stopFromElsewhere(me: Person, tab: Tab): Promise<number> {
  const other = await me.open(`/c/${tab.chatId}`);
  await other.expectRunning();
  const at = await other.stop();
  await other.expectState('Stopped');
  await tab.expectState('Stopped');
  await other.page.close();
  return at;
}

async function expectClosedSoon(upstream: Upstream, mark: string, pressedAt: number): Promise<void> {
  await expect
    .poll(async () => (await upstream.calls(mark)).map(({ outcome }) => outcome))
    .toEqual(['aborted']);
  const [call] = await upstream.calls(mark);
  expect((call?.closedAt ?? Infinity) - pressedAt).toBeLessThan(soonMs);
}

/** At a cap of 1 another answer comes through, and then nothing is open. */
async function expectPermitFree(me: Person): Promise<void> {
  const mark = newMark('n');
  const tab = await me.open();
  await tab.send(`${mark} ${paced({ n: 3, mark })}`);
  await tab.expectReply(words(3, mark));
  await tab.page.close();
}
