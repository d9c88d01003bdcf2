import { newMark, paced, words } from './script.ts';
import { storedAnswers, storedBehind } from './stored.ts';
import { expect, test } from './world.ts';

test.describe('the first answer (1)', () => {
  test('New chat, typing and Enter stream an answer, and the page gets its address without a reload', async ({
    house: { upstream, weir },
    person,
    expectAway,
  }) => {
    const mark = newMark();
    const tab = await (await person()).open();
    await tab.page.evaluate(() => Object.assign(window, { isStillThisPage: true }));
    await tab.newChat();
    await tab.send(`${mark} ${paced({ n: 10, k: 4, hold: mark, mark })}`);
    await tab.expectText(words(4, mark));
    await tab.expectState('Streaming');
    await upstream.release(mark);
    await tab.expectReply(words(10, mark));
    await expect(tab.question).toContainText(mark);
    expect(await tab.page.evaluate(() => 'isStillThisPage' in window)).toBe(true);

    const [call] = await upstream.calls(mark);
    expect(call?.sentText).toBe(words(10, mark));
    expect(call?.hasAuthorization).toBe(true);
    expectAway();
    expect(storedAnswers(await storedBehind(weir), mark).map(({ text }) => text)).toEqual([words(10, mark)]);
  });

  test('a second message gets the first ones as its history', async ({ house: { upstream }, person }) => {
    const [one, two] = [newMark('a'), newMark('b')];
    const tab = await (await person()).open();
    await tab.send(`${one} ${paced({ n: 3, mark: one })}`);
    await tab.expectReply(words(3, one));
    await tab.send(`${two} ${paced({ n: 3, mark: two })}`);
    await tab.expectReply(words(3, two));
    const [call] = await upstream.calls(two);
    expect(call?.messages).toMatchObject([
      { role: 'user', content: expect.stringContaining(one) },
      { role: 'assistant', content: words(3, one) },
      { role: 'user', content: expect.stringContaining(two) },
    ]);
  });

  test('every chat has an address that opens it, and back and forward move between them', async ({
    person,
  }) => {
    const [one, two] = [newMark('a'), newMark('b')];
    const me = await person();
    const tab = await me.open();
    await tab.send(`${one} ${paced({ n: 3, mark: one })}`);
    await tab.expectReply(words(3, one));
    const first = tab.chatId;
    await tab.newChat();
    await tab.send(`${two} ${paced({ n: 3, mark: two })}`);
    await tab.expectReply(words(3, two));
    expect(tab.chatId).not.toBe(first);

    await tab.page.goBack();
    await expect(tab.page).toHaveURL(/\/$/);
    await tab.page.goBack();
    await expect(tab.page).toHaveURL(new RegExp(first));
    await tab.expectText(words(3, one));
    await tab.page.goForward();
    await tab.page.goForward();
    await tab.expectText(words(3, two));
    const elsewhere = await me.open(`/c/${first}`);
    await elsewhere.expectReply(words(3, one));
  });
});
