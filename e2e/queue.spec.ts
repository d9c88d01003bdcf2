import { newMark, paced, words } from './script.ts';
import { expect, houseWith, test } from './world.ts';

test.use(houseWith({ maxUpstream: 2 }));

test.describe('the queue (2)', () => {
  test('six chats sent from three tabs with a cap of 2: two calls open, four positions that count down, six answers', async ({
    house: { upstream },
    person,
  }) => {
    const me = await person();
    const tabs = await Promise.all([me.open(), me.open(), me.open()]);
    const key = newMark('k');
    const marks = Array.from({ length: 6 }, () => newMark());
    const prompt = (mark = '') => `${mark} ${paced({ n: 6, k: 3, hold: key, mark })}`;

    const sentAt = await Promise.all(
      tabs.map(async (tab, at) => {
        const from = Date.now();
        await tab.send(prompt(marks[at]));
        await tab.newChat();
        await tab.send(prompt(marks[at + 3]));
        return { from, to: Date.now() };
      }),
    );
    const tookMs = Math.max(...sentAt.map(({ to }) => to)) - Math.min(...sentAt.map(({ from }) => from));
    test.info().annotations.push({ type: 'sent within', description: `${tookMs} ms` });

    for (const left of [4, 3, 2, 1, 0]) {
      const positions = Array.from({ length: left }, (_, at) => at + 1);
      // Every tab sees all of them, whichever sent.
      for (const tab of tabs) await expect.poll(() => tab.queuedPositions()).toEqual(positions);
      await expect.poll(async () => (await upstream.stats()).waiting[key]).toBe(2);
      const stats = await upstream.stats();
      expect(stats.open).toBe(2);
      expect(stats.maxOpen).toBe(2);
      await upstream.release(key, 1);
    }
    await upstream.release(key);
    const [tab] = tabs;
    for (const mark of marks) {
      await expect.poll(async () => (await upstream.calls(mark))[0]?.outcome).toBe('finished');
      await tab.openRow(mark);
      await tab.expectReply(words(6, mark));
      expect(await upstream.calls(mark)).toHaveLength(1);
    }
    const { maxOpen, started, finished } = await upstream.stats();
    expect({ maxOpen, started, finished }).toEqual({ maxOpen: 2, started: 6, finished: 6 });
    for (const tab of tabs) await expect.poll(() => tab.busyRows()).toEqual([]);
  });

  test('two people wait in one queue, and each sees the own place alone', async ({
    house: { upstream },
    person,
  }) => {
    const [first, second] = [await (await person()).open(), await (await person()).open()];
    const key = newMark('k');
    const [one, two, three, other] = [newMark(), newMark(), newMark(), newMark('o')];
    const prompt = (mark: string) => `${mark} ${paced({ n: 4, k: 2, hold: key, mark })}`;
    for (const mark of [one, two, three]) {
      await first.newChat();
      await first.send(prompt(mark));
      await first.expectState(mark === three ? 'Queued, position 1' : 'Streaming');
    }
    await second.send(prompt(other));
    await expect
      .poll(async () => [...(await first.queuedPositions()), ...(await second.queuedPositions())].sort())
      .toEqual([1, 2]);
    expect(await first.rowTitles()).toHaveLength(3);
    expect(await second.rowTitles()).toHaveLength(1);

    await upstream.release(key);
    await second.expectReply(words(4, other));
    await first.expectReply(words(4, three));
    expect((await upstream.stats()).maxOpen).toBe(2);
    expect(await second.page.content()).not.toContain(three);
  });
});
