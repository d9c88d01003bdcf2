import { newMark, paced, words } from './script.ts';
import { expect, test } from './world.ts';

test.describe('the composer', () => {
  test('Enter sends, Shift+Enter breaks the line', async ({ house: { upstream }, person }) => {
    const mark = newMark();
    const tab = await (await person()).open();
    await tab.field.fill(`${mark} ${paced({ n: 2, mark })}`);
    await tab.field.press('Shift+Enter');
    await tab.field.pressSequentially('second line');
    await tab.field.press('Enter');
    await tab.expectReply(words(2, mark));
    expect((await upstream.calls(mark))[0]?.prompt).toMatch(/\nsecond line$/);
    await expect(tab.button('Send')).toBeDisabled();
  });

  test('a draft per chat survives switching and reloads', async ({ person }) => {
    const mark = newMark();
    const tab = await (await person()).open();
    await tab.send(`${mark} ${paced({ n: 2, mark })}`);
    await tab.expectReply(words(2, mark));
    await tab.field.fill('half a thought');
    await tab.newChat();
    await expect(tab.field).toHaveValue('');
    await tab.field.fill('another thought');
    await tab.page.reload();
    await tab.expectConnected();
    await expect(tab.field).toHaveValue('another thought');
    await tab.openRow(mark);
    await expect(tab.field).toHaveValue('half a thought');
  });

  test('what is typed at once after New chat goes into the new chat', async ({ person }) => {
    const mark = newMark();
    const tab = await (await person()).open();
    await tab.send(`${mark} ${paced({ n: 2, mark })}`);
    await tab.expectReply(words(2, mark));
    await tab.page.keyboard.press('Control+Shift+O');
    await tab.page.keyboard.type('quick');
    await expect(tab.field).toHaveValue('quick');
    await tab.openRow(mark);
    await expect(tab.field).toHaveValue('');
  });

  test('[F75] a message sent while offline stays, and goes out exactly once when back', async ({
    house: { upstream, proxy },
    person,
    expectAway,
  }) => {
    expectAway();
    const [one, two] = [newMark('a'), newMark('b')];
    const tab = await (await person()).open('/', proxy.url);
    await tab.send(`${one} ${paced({ n: 2, mark: one })}`);
    await tab.expectReply(words(2, one));
    proxy.down();
    await tab.expectAway();
    await tab.send(`${two} ${paced({ n: 3, mark: two })}`);
    await expect(tab.question).toContainText(two);
    await expect(tab.question).toContainText('Not sent yet');
    expect(await upstream.calls(two)).toEqual([]);

    proxy.forward();
    await tab.expectBack();
    await tab.expectReply(words(3, two));
    await expect(tab.question).not.toContainText('Not sent yet');
    await tab.page.reload();
    await tab.expectReply(words(3, two));
    expect(await upstream.calls(two)).toHaveLength(1);
    await expect(tab.log.getByRole('article', { name: 'You' })).toHaveCount(2);
  });

  test('[F39] [G2] when the acknowledgement is lost, the message still counts once', async ({
    house: { upstream, proxy },
    person,
    expectAway,
  }) => {
    expectAway();
    const mark = newMark();
    const tab = await (await person()).open('/', proxy.url);
    // The server hears the message; nothing that it answers comes back.
    proxy.deafen();
    await tab.field.fill(`${mark} ${paced({ n: 3, mark })}`);
    await tab.field.press('Enter');
    await expect.poll(async () => (await upstream.calls(mark))[0]?.outcome).toBe('finished');
    proxy.cut();
    proxy.forward();
    await tab.expectReply(words(3, mark));
    await expect(tab.log.getByRole('article', { name: 'You' })).toHaveCount(1);
    expect(await upstream.calls(mark)).toHaveLength(1);
  });

  test('[F54] [G14] a second message waits visibly behind a running answer, and can be edited and withdrawn', async ({
    house: { upstream },
    person,
  }) => {
    const [one, two, three] = [newMark('a'), newMark('b'), newMark('c')];
    const me = await person();
    const tab = await me.open();
    await tab.send(`${one} ${paced({ n: 4, k: 2, hold: one, mark: one })}`);
    await tab.expectText(words(2, one));
    await tab.send(`${two} ${paced({ n: 2, mark: 'wrong' })}`);
    await tab.send(`${three} ${paced({ n: 2, mark: three })}`);
    const other = await me.open(`/c/${tab.chatId}`);
    for (const one of [tab, other]) await expect(one.queued.getByRole('listitem')).toHaveCount(2);

    const waiting = tab.queued.getByRole('listitem').filter({ hasText: two });
    await waiting.getByRole('button', { name: 'Edit queued message' }).click();
    const field = tab.page.getByRole('textbox', { name: 'Edit queued message' });
    await field.fill(`${two} ${paced({ n: 3, mark: two })}`);
    await field.press('Enter');
    await expect(other.queued).not.toContainText('wrong');
    const last = other.queued.getByRole('listitem').filter({ hasText: three });
    await last.getByRole('button', { name: 'Withdraw' }).click();
    await expect(tab.queued.getByRole('listitem')).toHaveCount(1);

    await upstream.release(one);
    for (const tabOf of [tab, other]) {
      await expect(tabOf.question).toContainText(two);
      await tabOf.expectReply(words(3, two));
      await expect(tabOf.queued).toHaveCount(0);
    }
    expect(await upstream.calls(three)).toEqual([]);
    expect((await upstream.calls(two)).map(({ sentText }) => sentText)).toEqual([words(3, two)]);
  });

  test('[F54] a waiting message stays when the answer before it is stopped, until it is sent', async ({
    house: { upstream },
    person,
  }) => {
    const [one, two] = [newMark('a'), newMark('b')];
    const tab = await (await person()).open();
    await tab.send(`${one} ${paced({ n: 4, k: 2, hold: one, mark: one })}`);
    await tab.expectText(words(2, one));
    await tab.send(`${two} ${paced({ n: 2, mark: two })}`);
    await expect(tab.queued).toContainText(two);
    await tab.stop();
    await tab.expectState('Stopped');
    await expect(tab.queued).toContainText(two);
    await tab.queued.getByRole('button', { name: 'Send now' }).click();
    await tab.expectReply(words(2, two));
    expect(await upstream.calls(two)).toHaveLength(1);
  });

  test('a withdrawn message goes back to the composer, and an open edit outlives a reload', async ({
    house: { upstream },
    person,
  }) => {
    const [one, two] = [newMark('a'), newMark('b')];
    const tab = await (await person()).open();
    await tab.send(`${one} ${paced({ n: 4, k: 2, hold: one, mark: one })}`);
    await tab.expectText(words(2, one));
    await tab.send(two);
    await tab.queued.getByRole('button', { name: 'Withdraw' }).click();
    await expect(tab.queued).toHaveCount(0);
    await expect(tab.field).toHaveValue(two);
    await expect(tab.field).toBeFocused();

    await tab.question.hover();
    await tab.question.getByRole('button', { name: 'Edit', exact: true }).click();
    const edit = tab.page.getByRole('textbox', { name: 'Edit message' });
    await edit.fill('another question');
    await tab.page.reload();
    await expect(edit).toHaveValue('another question');
    await edit.press('Escape');
    await expect(edit).toHaveCount(0);
    await expect(tab.question).toContainText(one);
    await upstream.release(one);
    await tab.expectReply(words(4, one));
    expect(await upstream.calls(two)).toEqual([]);
  });

  test('the model that is picked answers', async ({ house: { upstream }, person }) => {
    const mark = newMark();
    const tab = await (await person()).open();
    await tab.page.getByRole('button', { name: /^Model: / }).click();
    await tab.page.getByRole('combobox', { name: 'Models' }).fill('thinking');
    await tab.page.getByRole('option', { name: /weir-demo-thinking/ }).click();
    await expect(tab.page.getByRole('button', { name: 'Model: weir-demo-thinking' })).toBeVisible();
    await tab.send(`${mark} ${paced({ n: 2, mark })}`);
    await tab.expectReply(words(2, mark));
    expect((await upstream.calls(mark))[0]?.model).toBe('weir-demo-thinking');
  });
});
