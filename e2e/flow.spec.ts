import { hops } from '#lib/telemetry/meter.ts';
import { scrape } from '#lib/telemetry/scrape-fixture.ts';
import type { Tab } from './chat.ts';
import { FlowView } from './flow.ts';
import { newMark, paced, script, usualModel, words } from './script.ts';
import { expect, houseWith, test } from './world.ts';

test.use(houseWith({ maxUpstream: 2, maxWaitingPerUser: 3 }));

const held = (mark: string, key: string) => `${mark} ${paced({ n: 4, k: 2, hold: key, mark })}`;

/** A chat of its own for each mark. */
async function sendAll(tab: Tab, marks: string[], key: string): Promise<void> {
  for (const mark of marks) {
    await tab.newChat();
    await tab.send(held(mark, key));
  }
}

test.describe('the flow (6)', () => {
  test('positions count down in the browsers of two people, and the pill counts everybody', async ({
    house: { upstream },
    person,
  }) => {
    const [mine, theirs] = [await (await person()).open(), await (await person()).open()];
    const key = newMark('k');
    const marks = [newMark(), newMark(), newMark()];
    const other = newMark('o');
    await sendAll(mine, marks, key);
    await theirs.send(held(other, key));
    const flow = new FlowView(theirs);
    await expect(flow.pill).toHaveAccessibleName('Flow: streaming 2 of 2 · waiting 2');
    const places = async () => [await mine.queuedPositions(), await theirs.queuedPositions()].flat().sort();
    await expect.poll(places).toEqual([1, 2]);
    await upstream.release(key, 1);
    await expect.poll(places).toEqual([1]);
    await upstream.release(key, 1);
    await expect.poll(places).toEqual([]);
    await upstream.release(key);
    await theirs.expectReply(words(4, other));
    await mine.expectReply(words(4, marks[2] ?? ''));
    await expect(flow.pill).toHaveAccessibleName('Flow');
  });

  test('[G4] the panel shows what is mine in every chat and tab; Stop stops one, Stop all all of mine and none of theirs', async ({
    house: { upstream },
    person,
  }) => {
    const me = await person();
    const [mine, elsewhere] = [await me.open(), await me.open()];
    const theirs = await (await person()).open();
    const key = newMark('k');
    const [first, second, third, other] = [newMark(), newMark(), newMark(), newMark('o')];
    await theirs.send(held(other, key));
    await theirs.expectText(words(2, other));
    await sendAll(mine, [first, second, third], key);

    const flow = new FlowView(elsewhere);
    await flow.openPanel();
    await expect(flow.rows).toHaveCount(3);
    await expect(flow.panel).not.toContainText(other);
    await expect(flow.rows.filter({ hasText: first })).toContainText('Streaming');
    await expect(flow.rows.filter({ hasText: second })).toContainText('Queued, position 1');

    await flow.stopRow(second);
    await expect(flow.rows).toHaveCount(2);
    await flow.rows.filter({ hasText: third }).getByRole('link').click();
    await elsewhere.expectState('Queued, position 1');

    await flow.stopAll();
    await expect(flow.panel).toContainText('Still water');
    await mine.expectState('Stopped');
    await expect
      .poll(async () => (await upstream.calls(first)).map(({ outcome }) => outcome))
      .toEqual(['aborted']);
    expect(await upstream.calls(third)).toEqual([]);
    await upstream.release(key);
    await theirs.expectReply(words(4, other));
  });

  test('[F34] [A13] a full queue refuses the next message, and its text stays to be sent again', async ({
    house: { upstream },
    person,
  }) => {
    const tab = await (await person()).open();
    const key = newMark('k');
    const marks = Array.from({ length: 5 }, () => newMark());
    await sendAll(tab, marks, key);
    await expect.poll(() => tab.queuedPositions()).toEqual([1, 2, 3]);
    const refused = newMark('r');
    await tab.newChat();
    await tab.send(held(refused, key));
    await expect(tab.page.getByText(/Too many answers are waiting/)).toBeVisible();
    await expect(tab.page.getByRole('main')).toContainText(refused);
    expect(await upstream.calls(refused)).toEqual([]);

    await upstream.release(key);
    await expect.poll(() => tab.queuedPositions()).toEqual([]);
    await tab.button('Retry').click();
    await tab.expectReply(words(4, refused));
  });

  test('[F1] [G17] a refusal of the upstream is counted down, and the answer comes by itself', async ({
    house: { upstream },
    person,
  }) => {
    const tab = await (await person()).open();
    const mark = newMark();
    await tab.send(`${mark} ${script('429', { retryAfter: 8, times: 1, mark })}`);
    await tab.expectState(/Retrying in [1-8] s/);
    await tab.expectEnded();
    const [refused, answered] = await upstream.calls(mark);
    expect(refused?.status).toBe(429);
    expect((answered?.startedAt ?? 0) - (refused?.closedAt ?? 0)).toBeGreaterThanOrEqual(7_990);
  });

  test('[G22] the page shows the lanes as they are, and what is numbers there is in the table', async ({
    house: { upstream },
    person,
  }) => {
    const me = await person();
    const [tab, page] = [await me.open(), await me.open('/flow')];
    const flow = new FlowView(page);
    const key = newMark('k');
    await sendAll(tab, [newMark(), newMark(), newMark()], key);
    await page.page.bringToFront();
    await expect(flow.main.getByRole('heading', { name: 'Flow', exact: true })).toBeVisible();
    await expect(flow.lanes).toBeAttached();
    await expect(flow.cell(usualModel, 0)).toHaveText('2 of 2');
    await expect(flow.cell(usualModel, 2)).toHaveText('1');
    await upstream.release(key);
    await expect(flow.cell(usualModel, 0)).toHaveText('0 of 2');
  });

  test('[T1] [T6] [T7] /metrics is understood by a parser of Prometheus, moves with the load and names nobody', async ({
    house: { upstream, weir },
    person,
  }) => {
    const tab = await (await person()).open();
    const key = newMark('k');
    const marks = [newMark(), newMark(), newMark()];
    const before = scrape(await weir.metrics());
    for (const mark of marks) {
      await tab.newChat();
      await tab.send(held(mark, key));
      // Seen before the next one: an answer that nobody looks at has no first frame.
      if (mark !== marks[2]) await tab.expectText(words(2, mark));
    }
    await expect.poll(() => tab.queuedPositions()).toEqual([1]);
    const busy = scrape(await weir.metrics());
    expect(busy.count('weir_permits_held')).toBe(2);
    expect(busy.count('weir_queue_length')).toBe(1);
    await upstream.release(key);
    await tab.expectReply(words(4, marks[2] ?? ''));
    const name = 'weir_hop_duration_seconds';
    const ends = async () => scrape(await weir.metrics()).count(name, { hop: 'end' });
    await expect.poll(ends).toBe(before.count(name, { hop: 'end' }) + 3);
    const text = await weir.metrics();
    const after = scrape(text);
    expect(after.count('weir_permits_held')).toBe(0);
    for (const hop of hops) {
      expect(after.count(name, { hop }) - before.count(name, { hop }), hop).toBe(3);
    }
    const calls = 'gen_ai_client_operation_duration_seconds';
    expect(after.count(calls) - before.count(calls)).toBe(3);
    expect(text).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-/);
    for (const mark of marks) expect(text).not.toContain(mark);
  });
});
