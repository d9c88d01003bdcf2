import type { CDPSession, Page } from '@playwright/test';
import { script } from '../script.ts';
import { expect, test } from '../world.ts';
import { isLong } from './long.ts';

declare global {
  interface Window {
    /** The longest task of the page so far, ms. */
    longestTask: number;
  }
}

/** Seconds that the page's main thread has worked, but for what we asked of it. */
async function worked(cdp: CDPSession): Promise<number> {
  const { metrics } = await cdp.send('Performance.getMetrics');
  const of = (wanted: string) => metrics.find(({ name }) => name === wanted)?.value ?? Number.NaN;
  return of('TaskDuration') - of('DevToolsCommandDuration');
}

/** Asked inside the page: to find anything by its role among so many elements would be the longest task of all. */
const answered = (page: Page) =>
  page.evaluate(async () => {
    const isOver = () => document.querySelector('article[aria-busy]')?.getAttribute('aria-busy') === 'false';
    while (!isOver()) await new Promise((resolve) => setTimeout(resolve, 100));
  });

/** Thousand characters. */
const KB = isLong ? 200 : 80;

test.describe('a long answer', () => {
  test('[F78] [C19] [C50] with tables, code and math at 500 deltas a second does not freeze a slow page, and twice the text is twice the work', async ({
    person,
  }, { annotations }) => {
    const tab = await (await person()).open();
    const { page } = tab;
    const cdp = await page.context().newCDPSession(page);
    await cdp.send('Performance.enable');
    await cdp.send('Emulation.setCPUThrottlingRate', { rate: 4 });
    await page.evaluate(() => {
      const note = ({ duration }: { duration: number }) => {
        window.longestTask = Math.max(window.longestTask, duration);
      };
      new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type: 'longtask' });
    });
    const read = async (kb: number) => {
      await tab.newChat();
      const before = await worked(cdp);
      await tab.send(script('markdown', { n: kb, size: 8, d: 2 }));
      await page.evaluate(() => {
        window.longestTask = 0;
      });
      await answered(page);
      const seconds = (await worked(cdp)) - before;
      return { seconds, longest: await page.evaluate(() => window.longestTask) };
    };
    await read(10);
    const [half, whole] = [await read(KB / 2), await read(KB)];
    const figures = JSON.stringify({ half, whole });
    annotations.push({ type: 'measured', description: figures });
    expect(whole.seconds / half.seconds, figures).toBeLessThan(2.5);
    // The row is a limit of time, which is true only on a machine that does nothing else.
    if (isLong) expect(whole.longest, figures).toBeLessThan(200);
  });
});
