import { randomUUID } from 'node:crypto';
import { keepMarks } from './marks.ts';
import { newMark, paced, words } from './script.ts';
import { SearchView } from './search.ts';
import { expect, test } from './world.ts';

test.describe('search by words', () => {
  test('[J77] [C65] [C66] results come as one types, marked, and without an embedding model it is said that only words count', async ({
    person,
  }) => {
    const [mark, script] = [newMark(), newMark('s')];
    const tab = await (await person()).open();
    await tab.send(`The <b>quick</b> ${mark} fox ${paced({ n: 3, mark: script })}`);
    await tab.expectReply(words(3, script));
    const view = new SearchView(tab);
    await view.goTo();
    await expect(view.main).toContainText('Words only: no embedding model is configured');
    const asked: string[] = [];
    tab.page.on('request', (request) => {
      const { pathname, searchParams } = new URL(request.url());
      if (pathname === '/api/search') asked.push(searchParams.get('q') ?? '');
    });
    await view.type(`quick ${mark}`);
    await expect(view.result('You')).toContainText('The <b>quick</b>');
    await expect(view.result('You').locator('mark')).toHaveText(['quick', mark]);
    await expect(view.result('You')).toContainText('Has the words');
    // The results of the words so far may look the same.
    await expect.poll(() => asked.at(-1)).toBe(`quick ${mark}`);
    expect(asked).toHaveLength(1);
    await expect(tab.page).toHaveURL(new RegExp(`/search\\?q=quick\\+${mark}$`));
    await tab.page.reload();
    await expect(view.box).toHaveValue(`quick ${mark}`);
    await expect(view.results).not.toHaveCount(0);
    await view.find(`${mark} nowhere`);
    await expect(view.main).toContainText(`Nothing found for “${mark} nowhere”`);
  });

  test('[C67] a result leads to its message, marked and focused, and the way back to the results', async ({
    person,
  }) => {
    const [first, last] = [newMark('f'), newMark('l')];
    const tab = await (await person()).open();
    for (const mark of [first, last]) {
      await tab.send(`${mark} ${paced({ n: 400, d: 0, mark })}`);
      await tab.expectReply(words(400, mark));
    }
    const { chatId } = tab;
    const view = new SearchView(tab);
    await view.goTo();
    await view.find(`${first} scri`);
    await view.box.press('Enter');
    await expect(view.result('You')).toBeVisible();
    await tab.page.evaluate(keepMarks);
    await view.box.press('ArrowDown');
    await tab.page.keyboard.press('Enter');
    await view.expectMarked(first);
    await expect(tab.log.getByRole('article', { name: 'You' }).first()).toBeFocused();
    expect(await tab.distanceToEnd()).toBeGreaterThan(1_000);
    await expect(tab.page).toHaveURL(new RegExp(`/c/${chatId}\\?m=`));
    await tab.page.goBack();
    await expect(view.box).toHaveValue(`${first} scri`);
    await expect(view.results).not.toHaveCount(0);
  });

  test('[C67] a message on another branch is shown on its branch', async ({ person }) => {
    const [old, newer] = [newMark('o'), newMark('n')];
    const tab = await (await person()).open();
    await tab.send(`${old} ${paced({ n: 3, mark: old })}`);
    await tab.expectReply(words(3, old));
    await tab.edit(`${newer} ${paced({ n: 3, mark: newer })}`);
    await tab.expectReply(words(3, newer));
    const view = new SearchView(tab);
    await view.goTo();
    await view.find(old);
    await view.open('You');
    await view.expectMarked(old);
    await tab.expectReply(words(3, old));
  });

  test('[C67] a message that has gone is said, and the chat is shown', async ({ person, watch }) => {
    watch.allowed.push(/status of 404/);
    const mark = newMark();
    const tab = await (await person()).open();
    await tab.send(`${mark} ${paced({ n: 3, mark })}`);
    await tab.expectReply(words(3, mark));
    const { chatId } = tab;
    await tab.page.goto(`/c/${chatId}?m=${randomUUID()}`);
    await expect(tab.page.getByText('This message is no longer there.')).toBeVisible();
    await tab.expectReply(words(3, mark));
    await expect(tab.page).toHaveURL(new RegExp(`/c/${chatId}$`));
  });

  test('[J76] [C68] from the palette, and nobody else finds it', async ({ person }) => {
    const mark = newMark();
    const tab = await (await person()).open();
    await tab.send(`only mine ${mark} ${paced({ n: 3, mark })}`);
    await tab.expectReply(words(3, mark));
    for (const [who, count] of [
      [tab, 2],
      [await (await person()).open(), 0],
    ] as const) {
      await who.page.bringToFront();
      await who.page.keyboard.press('ControlOrMeta+k');
      await who.page.getByRole('combobox').fill(mark);
      await who.page.getByRole('option', { name: `Search messages for “${mark}”` }).click();
      const view = new SearchView(who);
      await expect(view.box).toHaveValue(mark);
      if (count === 0) await expect(view.main).toContainText('you have no messages');
      else await expect(view.results).toHaveCount(count);
    }
  });
});
