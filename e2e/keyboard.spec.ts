import { Comparison } from './comparison.ts';
import { newMark, paced, words } from './script.ts';
import { expect, test } from './world.ts';

test.describe('by keyboard and by ear', () => {
  test('an answer is asked for, stopped and regenerated without a mouse', async ({
    house: { upstream },
    person,
  }) => {
    const mark = newMark();
    const tab = await (await person()).open();
    const { page } = tab;
    await expect(tab.field).toBeFocused();
    await page.keyboard.type(`${mark} ${paced({ n: 4, k: 2, hold: mark, mark })}`);
    await page.keyboard.press('Enter');
    await tab.expectText(words(2, mark));
    await expect(tab.field).toBeFocused();
    await page.keyboard.press('Escape');
    await tab.expectState('Stopped');
    await upstream.release(mark);

    const regenerate = tab.answer.getByRole('button', { name: 'Regenerate', exact: true });
    for (
      let at = 0;
      at < 60 && !(await regenerate.evaluate((node) => node === document.activeElement));
      at++
    ) {
      await page.keyboard.press('Shift+Tab');
    }
    await expect(regenerate).toBeFocused();
    await page.keyboard.press('Enter');
    await tab.expectReply(words(4, mark));
  });

  test('everything that takes the focus shows it', async ({ person }) => {
    const mark = newMark();
    const tab = await (await person()).open();
    await tab.send(`${mark} ${paced({ n: 2, mark })}`);
    await tab.expectReply(words(2, mark));
    const blind: string[] = [];
    const seen: string[] = [];
    await tab.page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    for (let at = 0; at < 60; at++) {
      await tab.page.keyboard.press('Tab');
      const focused = await tab.page.evaluate(() => {
        const node = document.activeElement;
        // The browser's own controls are between the end of the page and its beginning.
        if (node === null || node === document.body) return null;
        const isKnown = node.hasAttribute('data-seen-by-test');
        node.setAttribute('data-seen-by-test', '');
        const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(node);
        const ringed = outlineStyle !== 'none' && outlineWidth !== '0px';
        const framed = node.matches('textarea') && node.closest('form')?.matches(':focus-within') === true;
        const name = node.getAttribute('aria-label') ?? node.textContent ?? '';
        return { name, isKnown, shows: ringed || framed || boxShadow !== 'none' };
      });
      if (focused?.isKnown) break;
      if (focused === null) continue;
      seen.push(focused.name);
      if (!focused.shows) blind.push(focused.name);
    }
    expect(blind).toEqual([]);
    expect(seen).toEqual(expect.arrayContaining(['New chat', 'Message', 'Copy', 'Regenerate']));
  });

  test('the start and the end of an answer are announced, not its words', async ({
    house: { upstream },
    person,
  }) => {
    const mark = newMark();
    const tab = await (await person()).open();
    const said = tab.page.locator('[aria-live="polite"]').filter({ hasText: 'Answer' });
    await tab.send(`${mark} ${paced({ n: 4, k: 2, hold: mark, mark })}`);
    await expect(said).toContainText(`Answer started in “${mark}`);
    await upstream.release(mark);
    await expect(said).toContainText(`Answer finished in “${mark}`);
    await expect(tab.log).toHaveAttribute('aria-live', 'off');
  });

  test('commands: a chat is found by its name, a new one begun, the sidebar closed', async ({ person }) => {
    const mark = newMark();
    const tab = await (await person()).open();
    await tab.send(`${mark} ${paced({ n: 2, mark })}`);
    await tab.expectReply(words(2, mark));
    const { chatId } = tab;
    await tab.newChat();
    await tab.page.keyboard.press('Control+k');
    await tab.page.getByRole('combobox').fill(mark);
    await tab.page.keyboard.press('Enter');
    await expect(tab.page).toHaveURL(new RegExp(chatId));
    await tab.expectText(words(2, mark));
    await tab.page.keyboard.press('Control+b');
    await expect(tab.chats).toBeHidden();
    await tab.page.keyboard.press('Control+b');
    await expect(tab.chats).toBeVisible();
  });

  test('every landmark and control has a name', async ({ person }) => {
    const mark = newMark();
    const tab = await (await person()).open();
    await tab.send(`${mark} ${paced({ n: 2, mark })}`);
    await tab.expectReply(words(2, mark));
    await expect(tab.page.getByRole('main')).toHaveCount(1);
    await expect(tab.page.getByRole('log', { name: /^Messages of/ })).toBeVisible();
    await expect(tab.page.locator('html')).toHaveAttribute('lang', 'en');
    const nameless: string[] = [];
    for (const role of ['button', 'link', 'textbox', 'combobox', 'navigation', 'dialog'] as const) {
      for (const node of await tab.page.getByRole(role).all()) {
        const name = (await node.ariaSnapshot()).split('\n')[0] ?? '';
        if (!/"[^"]+"/.test(name)) nameless.push(name);
      }
    }
    expect(nameless).toEqual([]);
  });

  test('[C85] [C91] models to compare are chosen without a mouse, and the focus stays with them', async ({
    person,
  }) => {
    const tab = await (await person()).open();
    const { page } = tab;
    const press = async (...keys: string[]) => {
      for (const key of keys) await page.keyboard.press(key);
    };
    await page.getByRole('button', { name: /^Model: / }).press('Enter');
    const panel = page.getByRole('dialog', { name: 'Models', exact: true });
    await expect(panel.getByRole('combobox')).toBeFocused();
    await press('Tab', 'Enter');
    const find = panel.getByRole('textbox', { name: 'Find a model to compare' });
    await expect(find).toBeFocused();
    await page.keyboard.type('scripted-echo');
    const box = panel.getByRole('checkbox', { name: 'scripted-echo', exact: true });
    await press('Tab', 'Space');
    await expect(box).toBeChecked();
    await press('Tab');
    await expect(panel.getByRole('button', { name: 'One less of scripted-echo', exact: true })).toBeFocused();
    // Each press takes its own button away, or disables it.
    await press('Enter');
    await expect(box).toBeFocused();
    await press('Space', 'Tab', 'Tab', 'Enter', 'Enter', 'Enter', 'Enter');
    await expect(panel.getByRole('status')).toContainText('6 answers, the most');
    await expect(box).toBeFocused();
    await press('Tab', 'Tab');
    await expect(panel.getByRole('button', { name: 'Clear', exact: true })).toBeFocused();
    await press('Enter');
    await expect(box).toBeFocused();
    await press('Escape');
    await expect(page.getByRole('button', { name: /^Model: / })).toBeFocused();
  });

  test('[C91] a button that goes while it has the focus leaves it to what is near', async ({
    house: { upstream },
    person,
  }) => {
    const [mark, other] = [newMark(), newMark('n')];
    const tab = await (await person()).open();
    const side = new Comparison(tab);
    await tab.send(`${mark} ${paced({ n: 4, k: 2, hold: mark, mark })}`);
    await tab.expectText(words(2, mark));
    await tab.button('Stop').focus();
    await upstream.release(mark);
    await tab.expectReply(words(4, mark));
    await expect(tab.field).toBeFocused();

    await side.choose('scripted-paced', 'scripted-echo');
    await tab.send(`${other} ${paced({ n: 4, k: 2, hold: other, mark: other })}`);
    await side.expectText('scripted-paced', words(2, other));
    await side.expectText('scripted-echo', words(2, other));
    await side.column('scripted-echo').getByRole('button', { name: 'Stop scripted-echo' }).press('Enter');
    await side.expectState('scripted-echo', 'Stopped');
    await expect(side.column('scripted-echo').getByRole('button', { name: 'Copy' })).toBeFocused();
    const stop = side.column('scripted-paced').getByRole('button', { name: 'Stop scripted-paced' });
    await stop.focus();
    await upstream.release(other);
    await side.expectText('scripted-paced', words(4, other));
    await expect(side.column('scripted-paced').getByRole('button', { name: 'Copy' })).toBeFocused();
  });
});
