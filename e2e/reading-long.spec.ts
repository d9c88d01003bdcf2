import { newMark, script } from './script.ts';
import { expectDrawn, scrollUp, watchText } from './steady.ts';
import { expect, test } from './world.ts';

for (const width of [1280, 360]) {
  const viewport = { width, height: 740 };

  test(`[C50] scrolling up through sections that were never laid out moves what is read by just that, ${width} px`, async ({
    person,
  }) => {
    const tab = await (await person({ viewport })).open();
    for (let asked = 0; asked < 2; asked += 1) {
      await tab.send(script('markdown', { n: 12, size: 400, d: 1 }));
      await tab.expectEnded();
    }
    await tab.page.reload();
    await tab.expectEnded();
    await expectDrawn(tab);
    await expect.poll(() => tab.distanceToEnd()).toBeLessThan(8);
    // Through the second answer, across the border between them and into the first.
    expect(await scrollUp(tab, 150, 110)).toEqual([]);
    await tab.button('Jump to the end').click();
    await expect.poll(() => tab.distanceToEnd()).toBeLessThan(8);
  });

  test(`[C50] what is read stays where it is while the answer grows below it, also after a reload, ${width} px`, async ({
    house: { upstream },
    person,
  }) => {
    const me = await person({ viewport });
    for (const how of ['followed', 'reloaded']) {
      const key = newMark('k');
      const tab = await me.open();
      await tab.send(script('markdown', { n: 24, size: 200, d: 4, hold: key }));
      await expect.poll(async () => (await upstream.stats()).waiting[key]).toBe(1);
      if (how === 'reloaded') await tab.page.reload();
      await expect(tab.answer.getByRole('heading', { name: 'Chapter 13' })).toBeAttached();
      await expectDrawn(tab);
      await expect.poll(() => tab.distanceToEnd()).toBeLessThan(8);
      expect(await scrollUp(tab, 150, 20), how).toEqual([]);
      const farthest = await watchText(tab);
      await upstream.release(key);
      await tab.expectEnded();
      expect(await farthest(), how).toBeLessThan(2);
      await tab.button('Jump to the end').click();
      await expect.poll(() => tab.distanceToEnd()).toBeLessThan(8);
    }
  });
}
