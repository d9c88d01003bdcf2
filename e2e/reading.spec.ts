import { newMark, paced, script, words } from './script.ts';
import { expect, test } from './world.ts';

/** Makes the scripted upstream say `text`. */
const say = (text: string) => `${script('echo', { d: 1 })}\n${text}`;

test.describe('reading', () => {
  test('headings, lists, tables, code and math are rendered', async ({ person }) => {
    const tab = await (await person()).open();
    const text = [
      '## Second',
      'Some **bold** and `inline` text.',
      '| left | right |\n| --- | ---: |\n| a | 1 |\n| b | 2 |',
      '```js\nconst answer = 42; // <b>not markup</b>\n```',
      '- one\n- two',
      '$$\\sum_{i=1}^{n} x_i^2$$',
      '[a link](https://example.com/page)',
    ].join('\n\n');
    await tab.send(say(text));
    await tab.expectEnded();
    const { answer } = tab;
    await expect(answer.getByRole('heading', { name: 'Second' })).toBeVisible();
    await expect(answer.getByRole('table').getByRole('row')).toHaveCount(3);
    await expect(answer.getByRole('cell', { name: '2', exact: true })).toBeVisible();
    await expect(answer.getByRole('listitem')).toHaveText(['one', 'two']);
    await expect(answer.getByRole('figure')).toContainText('const answer = 42; // <b>not markup</b>');
    // Highlighting comes a moment later.
    await expect(answer.getByRole('figure').locator('span[style]').first()).toBeVisible();
    await expect(answer.getByRole('math').first()).toBeAttached();
    await expect(answer.getByRole('link', { name: 'a link' })).toHaveAttribute('rel', /noopener/);
    expect(await tab.copyReply()).toBe(text);
    await answer.getByRole('button', { name: 'Copy code' }).click();
    await expect
      .poll(() => tab.page.evaluate(() => navigator.clipboard.readText()))
      .toBe('const answer = 42; // <b>not markup</b>');
  });

  test('[F139] [F140] [F144] hostile Markdown runs nothing, loads nothing and leads nowhere, while it arrives and after', async ({
    person,
  }) => {
    const tab = await (await person()).open();
    const elsewhere = 'http://127.0.0.1:9/beacon';
    const text = [
      `![picture](${elsewhere}.png)`,
      `![](data:image/svg+xml,%3Csvg%20onload=alert(1)%3E)`,
      `<img src="${elsewhere}.gif" onerror="window.hacked = 1">`,
      '<script>window.hacked = 2</script>',
      `<iframe src="${elsewhere}.html"></iframe><svg onload="window.hacked = 3"></svg>`,
      '[script](javascript:window.hacked=4) [data](data:text/html,<script>alert(1)</script>) [file](file:///etc/passwd)',
      `<style>@import url(${elsewhere}.css); body { background: url(${elsewhere}.jpg) }</style>`,
      `<link rel="preload" as="image" href="${elsewhere}.webp"><meta http-equiv="refresh" content="0;url=${elsewhere}">`,
      `<form action="${elsewhere}"><input name="q" autofocus onfocus="window.hacked = 5"></form>`,
      `$$\\href{javascript:window.hacked=6}{x} \\includegraphics{${elsewhere}.png} \\htmlStyle{background:url(${elsewhere})}{y}$$`,
      `[reference][1] ![image][1]\n\n[1]: javascript:window.hacked=7 "title"`,
      '```html\n<script>window.hacked = 8</script>\n```',
      '| a |\n| --- |\n| <img src=x onerror=window.hacked=9> |',
      'the end',
    ].join('\n\n');
    await tab.send(say(text));
    await tab.expectEnded();
    await expect(tab.answer).toContainText('the end');
    await tab.page.reload();
    await tab.expectEnded();
    await expect(tab.answer).toContainText('the end');

    expect(await tab.page.evaluate(() => 'hacked' in window)).toBe(false);
    const bad = tab.log.locator(
      'img, script, iframe, object, embed, style, link, meta, form, input, [onerror], [onload]',
    );
    await expect(bad).toHaveCount(0);
    const targets = await tab.log
      .locator('a')
      .evaluateAll((links) => links.map((link) => link.getAttribute('href')));
    expect(targets.filter((target) => !/^https?:/.test(target ?? ''))).toEqual([]);
    // That no request left for elsewhere is checked for every test.
  });

  test('thoughts are folded away, apart from the answer', async ({ person }) => {
    const mark = newMark();
    const tab = await (await person()).open();
    await tab.send(`${mark} ${script('reasoning', { k: 5, n: 4, d: 5, mark })}`);
    await tab.expectReply(words(4, mark));
    const thought = tab.answer.getByText(/^Thought/);
    await expect(tab.answer).not.toContainText('r0 r1');
    await thought.click();
    await expect(tab.answer).toContainText('r0 r1 r2 r3 r4');
    await tab.page.reload();
    await tab.expectReply(words(4, mark));
    await tab.answer.getByText(/^Thought/).click();
    await expect(tab.answer).toContainText('r0 r1 r2 r3 r4');
  });

  test('the log follows the end, unless the reader scrolled up; then a button leads back', async ({
    house: { upstream },
    person,
  }) => {
    const mark = newMark();
    const tab = await (await person()).open();
    await tab.send(`${mark} ${paced({ n: 700, k: 350, d: 1, hold: mark, mark })}`);
    await tab.expectWords(350);
    await expect.poll(() => tab.distanceToEnd()).toBeLessThan(8);
    const toEnd = tab.button('Jump to the end');
    await expect(toEnd).toHaveCount(0);

    await tab.log.hover();
    await tab.page.mouse.wheel(0, -500);
    await expect(toEnd).toBeVisible();
    // A turn of the wheel is scrolled over some frames.
    await expect.poll(() => tab.distanceToEnd()).toBeGreaterThan(490);
    let before = Number.NaN;
    const rests = async () => {
      const last = before;
      before = await tab.scrollTop();
      return before === last;
    };
    await expect.poll(rests).toBe(true);
    await upstream.release(mark);
    await tab.expectEnded();
    await tab.expectWords(700);
    expect(Math.abs((await tab.scrollTop()) - before)).toBeLessThan(2);
    await toEnd.click();
    await expect.poll(() => tab.distanceToEnd()).toBeLessThan(8);
    await expect(toEnd).toHaveCount(0);
  });

  test('[C101] by keys: a page up leaves the end of a fast answer, End comes back and stays', async ({
    person,
  }) => {
    // Keys glide where motion is not reduced.
    const tab = await (await person({ reducedMotion: 'no-preference' })).open();
    await tab.page.setViewportSize({ width: 1280, height: 480 });
    await tab.send(script('markdown', { n: 200, d: 20 }));
    await expect.poll(() => tab.log.evaluate((box) => box.scrollTop)).toBeGreaterThan(1_000);
    await tab.log.focus();
    const toEnd = tab.button('Jump to the end');
    for (let times = 0; times < 3; times++) {
      await tab.page.keyboard.press('PageUp');
      await expect(toEnd).toBeVisible();
      const top = await tab.scrollTop();
      await expect.poll(() => tab.distanceToEnd()).toBeGreaterThan(1_500);
      expect(Math.abs((await tab.scrollTop()) - top)).toBeLessThan(500);
      await tab.page.keyboard.press('End');
      await expect(toEnd).toHaveCount(0);
      const height = await tab.log.evaluate((box) => box.scrollHeight);
      await expect.poll(() => tab.log.evaluate((box) => box.scrollHeight)).toBeGreaterThan(height + 1_000);
      await expect.poll(() => tab.distanceToEnd()).toBeLessThan(100);
    }
    await tab.stop();
  });

  test('[C100] Hebrew runs from right to left, where it is typed, sent and answered', async ({ person }) => {
    const tab = await (await person()).open();
    // The full stop stands on the left of the first letter.
    const isRightToLeft = (node: Element) => {
      const text = document.createTreeWalker(node, NodeFilter.SHOW_TEXT).nextNode();
      const value = text?.nodeValue ?? '';
      const left = (from: number) => {
        const range = document.createRange();
        range.setStart(text as Node, from);
        range.setEnd(text as Node, from + 1);
        return range.getBoundingClientRect().left;
      };
      return left(value.indexOf('.')) < left(value.indexOf('\u05e9'));
    };
    await tab.field.fill('\u05e9\u05dc\u05d5\u05dd.');
    await expect(tab.field).toHaveCSS('unicode-bidi', 'plaintext');
    await tab.send(`\u05e9\u05dc\u05d5\u05dd.\n\n${script('echo', { d: 1 })}`);
    await tab.expectEnded();
    expect(await tab.question.locator('> div').first().evaluate(isRightToLeft)).toBe(true);
    expect(await tab.answer.locator('.markdown p').first().evaluate(isRightToLeft)).toBe(true);
  });

  test('50,000 one-character deltas come out as one text', async ({ house: { upstream }, person }) => {
    const mark = newMark();
    const tab = await (await person()).open();
    await tab.send(`${mark} ${script('flood', { n: 50_000 })}`);
    await tab.expectEnded();
    const [call] = await upstream.calls(mark);
    expect(call?.sentText).toHaveLength(50_000);
    // One word of this length is not read as Markdown, and says so.
    await tab.expectState('too much to be formatted');
    // Also what is laid out only when it comes into sight.
    const text = tab.answer.locator('> .markdown');
    await expect.poll(() => text.evaluate((box) => box.textContent)).toContain(call?.sentText);
    expect(await tab.copyReply()).toBe(call?.sentText);
  });
});
