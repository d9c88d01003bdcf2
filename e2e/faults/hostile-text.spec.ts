import { expect, test } from '@playwright/test';
import { BeaconTrap } from './beacon-trap.ts';
import { hostileMarkdown } from './hostile-markdown.ts';
import { Stage } from './stage.ts';

/** Of nobody: all that the stage asks for is answered by the test. */
const origin = 'http://weir.test';

test.describe('hostile text', () => {
  let trap: BeaconTrap;
  test.beforeAll(async () => {
    trap = await BeaconTrap.start();
  });
  test.afterAll(() => trap.stop());

  for (const policy of [true, false]) {
    test(`[F139] [F140] [F141] [F144] [F145] at every beginning of every text nothing runs, nothing is asked for and nothing forbidden is in the page, with the content policy ${policy ? 'on' : 'off'}`, async ({
      browser,
    }) => {
      const stage = await Stage.open(browser, origin, { policy });
      const texts = hostileMarkdown(trap.url);
      expect(texts.length).toBeGreaterThanOrEqual(200);
      const before = trap.connections;
      expect(await stage.drawAll(texts)).toEqual([]);
      expect(await stage.page.evaluate(() => [window.hits, window.violations])).toEqual([0, []]);
      expect([stage.asked, stage.opened, trap.connections - before]).toEqual([[], [], 0]);

      // That this test can fail: the same texts as HTML, past the reader of Markdown.
      const found = await stage.page.evaluate(async (html) => {
        const place = document.createElement('div');
        document.querySelector('main')?.append(place);
        place.innerHTML = html;
        await new Promise((resolve) => setTimeout(resolve, 500));
        return { hits: window.hits, violations: window.violations.length };
      }, `<img src="${trap.url}/control.png"><img src="data:," onerror="hit()">`);
      expect(found.hits > 0).toBe(!policy);
      expect(found.violations > 0).toBe(policy);
      expect(trap.connections > before).toBe(!policy);
      await stage.close();
    });
  }

  const bombs: ReadonlyArray<[name: string, text: string]> = [
    ['bold', '**a**'.repeat(32_000)],
    ['bold in one block that is still read', '**a**'.repeat(3_900)],
    ['stars', '*'.repeat(19_000)],
    ['stars and letters', '*a_'.repeat(6_000)],
    ['quotes', '>'.repeat(5_000)],
    ['quotes with spaces', '> '.repeat(5_000)],
    ['quotes without end', '> '.repeat(50_000)],
    ['pictures in pictures', `${'![a'.repeat(370)}${'](b)'.repeat(370)}`],
    ['stars and letters, as many as are still read', '*a_'.repeat(740)],
    ['brackets', '['.repeat(5_000)],
    ['brackets in pairs', '[]('.repeat(6_000)],
    ['pictures', '!['.repeat(9_000)],
    ['nested links', `${'[a'.repeat(3_000)}${'](b)'.repeat(3_000)}`],
    ['backticks', '`'.repeat(50_000)],
    ['backticks that never pair', Array.from({ length: 190 }, (_, at) => '`'.repeat(at + 1)).join(' ')],
    ['dollars', '$'.repeat(50_000)],
    ['formulas', '$x$ '.repeat(4_500)],
    ['less-than signs', '<'.repeat(50_000)],
    ['tags that never end', '<a '.repeat(6_000)],
    ['comments that never end', '<!--'.repeat(4_900)],
    ['entities', '&amp'.repeat(4_900)],
    ['a wide table', `${'|a'.repeat(3_000)}|\n${'|-'.repeat(3_000)}|\n${'|b'.repeat(3_000)}|`],
    ['lists in lists', Array.from({ length: 190 }, (_, at) => `${' '.repeat(at)}- a`).join('\n')],
    ['list markers', '- '.repeat(5_000)],
    ['references', Array.from({ length: 900 }, (_, at) => `[${at}]: http://a`).join('\n')],
    ['footnotes', Array.from({ length: 900 }, (_, at) => `[^${at}]`).join('')],
    ['escapes', '\\'.repeat(19_000)],
    ['autolinks', 'www.a.'.repeat(3_000)],
    ['addresses of mail', 'a@'.repeat(9_000)],
    ['tildes', '~'.repeat(19_000)],
    ['one line of a megabyte', 'a'.repeat(1_000_000)],
    ['a megabyte of lines', 'a\n'.repeat(500_000)],
    ['four thousand paragraphs', 'a\n\n'.repeat(4_000)],
  ];

  test('[F149] [C24] bombs of Markdown are read in bounded time or shown as plain text, while they arrive and after', async ({
    browser,
  }) => {
    const stage = await Stage.open(browser, origin, { policy: true });
    for (const [name, text] of bombs) {
      const ms = await stage.page.evaluate(async (bomb) => {
        let longest = 0;
        const timed = (act: () => void) => {
          const begun = performance.now();
          act();
          longest = Math.max(longest, performance.now() - begun);
        };
        for (const part of [0.5, 0.9, 1]) {
          timed(() => window.draw(`bomb${bomb.length}`, bomb.slice(0, bomb.length * part), true));
          await new Promise((resolve) => setTimeout(resolve));
        }
        timed(() => window.draw(`bomb${bomb.length}`, bomb, false));
        return longest;
      }, text);
      // The row is a limit of time. A paint takes a fraction of this on an idle machine, and a bomb that works takes minutes.
      expect(ms, name).toBeLessThan(10_000);
    }
    // The page lives: the next text is formatted again.
    await stage.page.evaluate(() => window.draw('next', '**bold**', false));
    expect(await stage.page.locator('main strong').textContent()).toBe('bold');
    expect(await stage.page.evaluate(() => window.violations)).toEqual([]);
    await stage.close();
  });
});
