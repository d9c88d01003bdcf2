import { newMark, paced, words } from './script.ts';
import { expect, houseWith, test } from './world.ts';

test.use(houseWith({ titles: true }));

test.describe('the sidebar', () => {
  test('a chat started in one tab appears in the other, with its state live', async ({
    house: { upstream },
    person,
  }) => {
    const mark = newMark();
    const me = await person();
    const [tab, other] = [await me.open(), await me.open()];
    await tab.send(`${mark} ${paced({ n: 4, k: 2, hold: mark, mark })}`);
    await expect(other.row(mark)).toContainText('Streaming');
    await upstream.release(mark);
    await expect(other.row(mark)).not.toContainText('Streaming');
    await other.openRow(mark);
    await other.expectReply(words(4, mark));
  });

  test('a plain title at once, then one by the model; one call for it, after the reply', async ({
    house: { upstream },
    person,
  }) => {
    const mark = newMark();
    const tab = await (await person()).open();
    await tab.send(
      `Seven rivers of ${mark} and all their weirs please ${paced({ n: 2, k: 1, hold: mark, mark })}`,
    );
    await expect(tab.row(mark)).toContainText(`Seven rivers of ${mark} and all their weirs please`);
    expect(await upstream.calls(mark, 'title')).toEqual([]);
    await upstream.release(mark);
    // What the scripted upstream makes of it: the first six words.
    await expect(tab.row(mark)).toHaveText(new RegExp(`^Seven rivers of ${mark} and all`));
    await expect(tab.row(mark)).not.toContainText('their');
    await expect(tab.page).toHaveTitle(new RegExp(`Seven rivers of ${mark} and all · Weir`));
    const [title, ...more] = await upstream.calls(mark, 'title');
    expect(more).toEqual([]);
    const [reply] = await upstream.calls(mark);
    expect(title?.startedAt).toBeGreaterThanOrEqual(reply?.closedAt ?? Infinity);
  });

  test('renaming a chat shows in every tab and outlives a reload', async ({ person }) => {
    const mark = newMark();
    const me = await person();
    const [tab, other] = [await me.open(), await me.open()];
    await tab.send(`${mark} ${paced({ n: 2, mark })}`);
    await tab.expectReply(words(2, mark));
    await tab.rowMenu(mark, 'Rename');
    const field = tab.chats.getByRole('textbox', { name: 'Title' });
    await field.fill(`Renamed ${mark}`);
    await field.press('Enter');
    for (const tabOf of [tab, other]) await expect(tabOf.row(`Renamed ${mark}`)).toBeVisible();
    await tab.page.reload();
    await expect(tab.row(`Renamed ${mark}`)).toBeVisible();
    await expect(tab.page.getByRole('heading', { name: `Renamed ${mark}` })).toBeVisible();
  });

  test('deleting a chat can be undone; once it is gone, its address is that of an unknown one', async ({
    person,
  }) => {
    const mark = newMark();
    const me = await person();
    const [tab, other] = [await me.open(), await me.open()];
    await tab.send(`${mark} ${paced({ n: 2, mark })}`);
    await tab.expectReply(words(2, mark));
    const { chatId } = tab;
    await tab.rowMenu(mark, 'Delete');
    // The offer stays while the mouse is on it.
    await tab.page.getByRole('button', { name: 'Undo' }).hover();
    for (const tabOf of [tab, other]) await expect(tabOf.row(mark)).toHaveCount(0);
    await tab.page.getByRole('button', { name: 'Undo' }).click();
    for (const tabOf of [tab, other]) await expect(tabOf.row(mark)).toBeVisible();
    await tab.expectReply(words(2, mark));

    await other.rowMenu(mark, 'Delete');
    await expect(tab.row(mark)).toHaveCount(0);
    await expect(tab.page.getByRole('heading', { name: 'This chat does not exist' })).toBeVisible();
    await other.openGone(new URL(`/c/${chatId}`, other.page.url()).href);
  });

  test('an answer that ended unseen is marked until somebody looks at it, in every tab', async ({
    house: { upstream },
    person,
  }) => {
    const mark = newMark();
    const me = await person();
    const [tab, other] = [await me.open(), await me.open()];
    await tab.send(`${mark} ${paced({ n: 2, k: 1, hold: mark, mark })}`);
    await tab.expectState('Streaming');
    await tab.newChat();
    await upstream.release(mark);
    for (const tabOf of [tab, other]) await expect(tabOf.row(mark)).toContainText('New answer');
    await expect(other.page).toHaveTitle(/^\(1\)/);
    await other.openRow(mark);
    for (const tabOf of [tab, other]) await expect(tabOf.row(mark)).not.toContainText('New answer');
  });

  test('chats are grouped by day, can be filtered, and the sidebar can be closed', async ({ person }) => {
    const [one, two] = [newMark('a'), newMark('b')];
    const tab = await (await person()).open();
    for (const mark of [one, two]) {
      await tab.newChat();
      await tab.send(`${mark} ${paced({ n: 2, mark })}`);
      await tab.expectReply(words(2, mark));
    }
    const today = tab.chats.getByRole('region', { name: 'Today' });
    await expect(today.getByRole('listitem')).toHaveCount(2);
    // The newest is the first.
    await expect(today.getByRole('listitem').first()).toContainText(two, { ignoreCase: true });
    await tab.chats.getByRole('textbox', { name: 'Filter chats' }).fill(one);
    await expect(tab.rows).toHaveCount(1);
    await tab.button('Close sidebar').click();
    await expect(tab.chats).toBeHidden();
    await tab.page.reload();
    await tab.expectConnected();
    await expect(tab.chats).toBeHidden();
    await tab.button('Open sidebar').click();
    await expect(tab.chats).toBeVisible();
  });
});
