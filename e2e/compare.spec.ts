import { Comparison } from './comparison.ts';
import { newMark, paced, script, words } from './script.ts';
import { expect, test } from './world.ts';

const three = ['scripted-paced', 'scripted-echo', 'scripted-reasoning'] as const;
const [first, second, third] = three;

test.describe('compare: one prompt, several answers side by side', () => {
  test('[C80] [G50] three models answer at once; one is kept, and the next prompt knows that answer alone', async ({
    house: { upstream },
    person,
  }) => {
    const [mark, next] = [newMark('a'), newMark('b')];
    const tab = await (await person()).open();
    const side = new Comparison(tab);
    await side.choose(...three);
    await tab.send(`${mark} ${paced({ n: 6, k: 3, hold: mark, mark })}`);
    for (const name of three) await side.expectText(name, words(3, mark));
    const stats = await upstream.stats();
    expect({ open: stats.open, waiting: stats.waiting[mark] }).toEqual({ open: 3, waiting: 3 });
    expect((await upstream.calls(mark)).map(({ model }) => model).sort()).toEqual([...three].sort());
    await upstream.release(mark);
    for (const name of three) {
      await side.expectText(name, words(6, mark));
      await side.expectEnded(name);
    }

    await side.keep(second);
    await tab.expectReply(words(6, mark));
    await expect(tab.answer.getByRole('group', { name: 'Versions' })).toContainText('2/3');
    await tab.page.getByRole('button', { name: 'Clear comparison' }).click();
    await tab.send(`${next} ${paced({ n: 2, mark: next })}`);
    await tab.expectReply(words(2, next));
    const [call] = await upstream.calls(next);
    expect(call?.messages).toMatchObject([{ role: 'user' }, { role: 'assistant' }, { role: 'user' }]);
    expect(call?.messages).toHaveLength(3);

    // Beside each other again, from the control of the versions.
    const answer = tab.log.getByRole('article', { name: 'Answer' }).first();
    await answer.getByRole('button', { name: 'Side by side' }).click();
    await expect(side.columns).toHaveCount(3);
    await side.keep(second);
    await tab.expectReply(words(2, next));
  });

  test('[C81] [R20] reloads and second tabs show all of them, as they go on', async ({
    house: { upstream },
    person,
  }) => {
    const mark = newMark();
    const me = await person();
    const tab = await me.open();
    const side = new Comparison(tab);
    await side.choose(...three);
    await tab.send(`${mark} ${paced({ n: 9, k: 4, hold: mark, mark })}`);
    for (const name of three) await side.expectText(name, words(4, mark));
    const other = new Comparison(await me.open(`/c/${tab.chatId}`));
    await tab.page.reload();
    for (const one of [side, other]) {
      for (const name of three) await one.expectText(name, words(4, mark));
    }
    await upstream.release(mark);
    for (const one of [side, other]) {
      for (const name of three) {
        await one.expectText(name, words(9, mark));
        await one.expectEnded(name);
      }
    }
    expect(await upstream.calls(mark)).toHaveLength(3);
    // What one tab keeps, both go on from.
    await other.keep(third);
    await expect(side.section).toHaveCount(0);
    await tab.expectReply(words(9, mark));
    await tab.page.reload();
    await tab.expectReply(words(9, mark));
    await expect(tab.answer.getByRole('group', { name: 'Versions' })).toContainText('3/3');
  });

  test('[C82] Stop ends one of them, Stop all the others; each ends once', async ({
    house: { upstream },
    person,
  }) => {
    const mark = newMark();
    const tab = await (await person()).open();
    const side = new Comparison(tab);
    await side.choose(...three);
    await tab.send(`${mark} ${paced({ n: 6, k: 3, hold: mark, mark })}`);
    for (const name of three) await side.expectText(name, words(3, mark));
    await side.press(second, `Stop ${second}`);
    await side.expectState(second, 'Stopped');
    await expect.poll(async () => (await upstream.stats()).open).toBe(2);
    await expect(side.answer(first)).toHaveAttribute('aria-busy', 'true');
    await side.section.getByRole('button', { name: 'Stop all' }).click();
    for (const name of three) await side.expectState(name, 'Stopped');
    await expect.poll(async () => (await upstream.stats()).open).toBe(0);
    for (const name of three) await side.expectText(name, words(3, mark));
    await expect(tab.button('Stop')).toHaveCount(0);
  });

  test('[C83] [G52] one that fails fails alone, and is tried again in its place', async ({
    house: { upstream },
    person,
  }) => {
    const mark = newMark();
    const tab = await (await person()).open();
    const side = new Comparison(tab);
    // The same model three times: whichever call comes first is refused.
    await side.choose(first, first, first);
    await tab.send(`${mark} ${script('status', { code: 400, times: 1, key: mark, mark, n: 2 })}`);
    const failed = side.columns.filter({ hasText: 'Failed.' });
    await expect(failed).toHaveCount(1);
    await expect(side.columns.filter({ hasText: words(2, mark) })).toHaveCount(2);
    await failed.getByRole('button', { name: 'Retry' }).click();
    await expect(side.columns.filter({ hasText: words(2, mark) })).toHaveCount(3);
    await expect(failed).toHaveCount(0);
    expect(await upstream.calls(mark)).toHaveLength(4);
    await side.keep(`${first} 2`);
    await expect(tab.answer.getByRole('group', { name: 'Versions' })).toContainText('2/3');
  });

  test('[C84] what is sent while nothing is kept waits, and goes on from the answer that is', async ({
    house: { upstream },
    person,
  }) => {
    const [mark, next] = [newMark('a'), newMark('b')];
    const tab = await (await person()).open();
    const side = new Comparison(tab);
    await side.choose(first, second);
    await tab.send(`${mark} ${paced({ n: 2, mark })}`);
    for (const name of [first, second]) await side.expectText(name, words(2, mark));
    await tab.page.getByRole('button', { name: 'Clear comparison' }).click();
    await tab.send(`${next} ${paced({ n: 3, mark: next })}`);
    await expect(tab.queued).toContainText('Sent once you keep an answer');
    await expect(tab.queued).toContainText(next);
    expect(await upstream.calls(next)).toEqual([]);
    await tab.page.reload();
    await expect(tab.queued).toContainText('Sent once you keep an answer');
    await side.keep(second);
    await tab.expectReply(words(3, next));
    await expect(tab.queued).toHaveCount(0);
    expect((await upstream.calls(next))[0]?.messages).toHaveLength(3);
  });

  test('[C85] an answer is compared with others afterwards, by keyboard', async ({
    house: { upstream },
    person,
  }) => {
    const mark = newMark();
    const tab = await (await person()).open();
    const { page } = tab;
    const side = new Comparison(tab);
    await tab.send(`${mark} ${paced({ n: 3, mark })}`);
    await tab.expectReply(words(3, mark));
    await tab.answer.getByRole('button', { name: 'With another model' }).focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Compare with' });
    await side.tick(dialog, [second, second]);
    await dialog.getByRole('button', { name: 'Ask 2 times' }).press('Enter');
    for (const name of [first, `${second} 1`, `${second} 2`]) await side.expectText(name, words(3, mark));
    await expect(side.columns.first()).toHaveAccessibleName(first);
    await side.column(`${second} 1`).getByRole('button', { name: 'Keep this answer' }).press('Enter');
    await expect(side.section).toHaveCount(0);
    await expect(tab.field).toBeFocused();
    await expect(tab.answer.getByRole('group', { name: 'Versions' })).toContainText('2/3');
    expect(await upstream.calls(mark)).toHaveLength(3);
  });

  test('[C86] a comparison that is sent without a connection is kept, and sent once', async ({
    house: { upstream, proxy },
    person,
    expectAway,
  }) => {
    expectAway();
    const mark = newMark();
    const me = await person();
    const tab = await me.open('/', proxy.url);
    const side = new Comparison(tab);
    await side.choose(first, second);
    await tab.send(`${mark} ${paced({ n: 2, mark })}`);
    for (const name of [first, second]) await side.expectText(name, words(2, mark));
    await side.keep(first);
    const again = newMark('b');
    proxy.down();
    await tab.expectAway();
    await tab.send(`${again} ${paced({ n: 2, mark: again })}`);
    await expect(side.columns).toHaveCount(2);
    await expect(tab.log).toContainText('Not sent yet');
    proxy.forward();
    for (const name of [first, second]) await side.expectText(name, words(2, again));
    expect(await upstream.calls(again)).toHaveLength(2);
  });

  test('[C87] 360 px: one answer at a time, behind tabs that say what each is doing', async ({
    house: { upstream },
    person,
  }) => {
    const phone = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };
    const mark = newMark();
    const tab = await (await person(phone)).open();
    const side = new Comparison(tab);
    await side.choose(...three);
    await tab.send(`${mark} ${paced({ n: 6, k: 3, hold: mark, mark })}`);
    await side.expectText(first, words(3, mark));
    await expect(side.column(second)).toBeHidden();
    const tabs = side.section.getByRole('tab');
    await expect(tabs).toHaveCount(3);
    for (const name of three) await expect(tabs.filter({ hasText: name })).toContainText('Streaming');
    await tabs.filter({ hasText: second }).click();
    await expect(side.column(first)).toBeHidden();
    await side.expectText(second, words(3, mark));
    await tabs.filter({ hasText: second }).press('ArrowRight');
    await side.expectText(third, words(3, mark));
    await expect(tabs.filter({ hasText: third })).toBeInViewport({ ratio: 1 });
    await side.swipe(third, 200);
    await side.expectText(second, words(3, mark));
    await side.swipe(second, -200);
    await upstream.release(mark);
    await side.expectEnded(third);
    const wide = await tab.page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(wide).toBe(0);
    await side.keep(third);
    await tab.expectReply(words(6, mark));
  });
});
