import type { Tab } from './chat.ts';
import { newMark, paced, script, words } from './script.ts';
import { expect, test } from './world.ts';

const wide = [
  '| first column | second column | third column | fourth column |\n| --- | --- | --- | --- |\n| a long cell | a long cell | a long cell | a long cell |',
  `\`\`\`text\n${'a very long line of code '.repeat(20)}\n\`\`\``,
  'x'.repeat(300),
  `https://example.com/${'path/'.repeat(40)}`,
  '$$a+b+c+d+e+f+g+h+i+j+k+l+m+n+o+p+q+r+s+t+u+v+w+x+y+z+a+b+c+d+e+f+g+h+i+j+k$$',
].join('\n\n');

test.describe('how it looks', () => {
  test('360 px: chats are in a drawer, and nothing makes the page scroll sideways', async ({ person }) => {
    const phone = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };
    const [one, two] = [newMark('a'), newMark('b')];
    const tab = await (await person(phone)).open();
    await expect(tab.chats).toBeHidden();
    await expectNoSidewaysScroll(tab);
    await tab.send(`${one} ${paced({ n: 2, mark: one })}`);
    await tab.expectReply(words(2, one));
    await tab.button('New chat').click();
    await tab.send(`${two} ${script('echo', { d: 1 })}\n${wide}`);
    await tab.expectEnded();
    await expectNoSidewaysScroll(tab);

    await tab.button('Open sidebar').click();
    await expect(tab.page.getByRole('dialog', { name: 'Chats' })).toBeVisible();
    await expect(tab.rows).toHaveCount(2);
    await expectNoSidewaysScroll(tab);
    await tab.openRow(one);
    await expect(tab.page.getByRole('dialog', { name: 'Chats' })).toHaveCount(0);
    await tab.expectText(words(2, one));
    // All that is pressed with a finger is there without hovering.
    await expect(tab.answer.getByRole('button', { name: 'Regenerate' })).toBeVisible();
  });

  test('2560 px: lines stay readable', async ({ person }) => {
    const mark = newMark();
    const tab = await (await person({ viewport: { width: 2560, height: 1300 } })).open();
    await tab.send(`${mark} ${paced({ n: 200, d: 1, mark })}`);
    await tab.expectReply(words(200, mark));
    expect((await tab.answer.boundingBox())?.width).toBeLessThan(1000);
    await expectNoSidewaysScroll(tab);
  });

  test('the theme follows the system until a person chooses, and the choice outlives a reload', async ({
    person,
  }) => {
    const tab = await (await person({ colorScheme: 'dark' })).open();
    expect(await brightness(tab)).toBeLessThan(100);
    await tab.page.emulateMedia({ colorScheme: 'light' });
    await expect.poll(() => brightness(tab)).toBeGreaterThan(180);
    await tab.page.getByRole('button', { name: /^Theme/ }).click();
    await tab.page.getByRole('menuitemradio', { name: 'Dark' }).click();
    await expect.poll(() => brightness(tab)).toBeLessThan(100);
    await tab.page.reload();
    expect(await brightness(tab)).toBeLessThan(100);
  });

  test('who asked for less motion gets none', async ({ house: { upstream }, person }) => {
    const mark = newMark();
    const tab = await (await person({ reducedMotion: 'reduce' })).open();
    await tab.send(`${mark} ${paced({ n: 4, k: 2, hold: mark, mark })}`);
    await tab.expectState('Streaming');
    const endless = await tab.page.evaluate(
      () =>
        document.getAnimations().filter((one) => one.effect?.getComputedTiming().endTime === Infinity).length,
    );
    expect(endless).toBe(0);
    await upstream.release(mark);
    await tab.expectReply(words(4, mark));
  });
});

async function expectNoSidewaysScroll(tab: Tab): Promise<void> {
  const over = await tab.page.evaluate(() => {
    const boxes = [document.documentElement, ...document.querySelectorAll('[role="log"], main')];
    return boxes.map((box) => box.scrollWidth - box.clientWidth);
  });
  expect(Math.max(...over)).toBeLessThanOrEqual(0);
}

/** Of the page's ground, 0 to 255. */
function brightness(tab: Tab): Promise<number> {
  return tab.page.evaluate(() => {
    const context = document.createElement('canvas').getContext('2d');
    if (context === null) throw new Error('no canvas');
    context.fillStyle = getComputedStyle(document.documentElement).backgroundColor;
    context.fillRect(0, 0, 1, 1);
    const [red = 0, green = 0, blue = 0] = context.getImageData(0, 0, 1, 1).data;
    return (red + green + blue) / 3;
  });
}
