import assert from 'node:assert/strict';
import type { CDPSession, Page } from '@playwright/test';
import { script } from '../script.ts';
import { expect, test } from '../world.ts';
import { isLong } from './long.ts';

/** Seconds on the processor that the page's main thread has worked, but for what we asked of it. */
async function worked(cdp: CDPSession): Promise<number> {
  const { metrics } = await cdp.send('Performance.getMetrics');
  const of = (wanted: string) => metrics.find(({ name }) => name === wanted)?.value ?? Number.NaN;
  return of('TaskDuration') - of('DevToolsCommandDuration');
}

/** A part of the trace of a browser: what ran from `ts` on for `dur`, of that `tdur` on the processor, microseconds. */
interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  ts: number;
  dur?: number;
  tdur?: number;
  args: { name?: string };
}

/**
 * The longest tasks of the page while `act` runs, ms on the processor: of those that the page made, and of those in which the browser
 * stopped to collect garbage, which is as much work as there are elements, whoever made them.
 */
async function longestTasks(
  cdp: CDPSession,
  act: () => Promise<void>,
): Promise<{ own: number; collecting: number }> {
  const events: TraceEvent[] = [];
  const note = ({ value }: { value: object[] }) => void events.push(...(value as TraceEvent[]));
  cdp.on('Tracing.dataCollected', note);
  const traceConfig = { includedCategories: ['toplevel', 'devtools.timeline', 'v8'] };
  await cdp.send('Tracing.start', { transferMode: 'ReportEvents', traceConfig });
  await act();
  const over = new Promise<void>((resolve) => cdp.once('Tracing.tracingComplete', () => resolve()));
  await cdp.send('Tracing.end');
  await over;
  cdp.off('Tracing.dataCollected', note);
  const isPage = ({ pid, tid }: TraceEvent) => mains.has(`${pid} ${tid}`);
  const mains = new Set(
    events.filter(({ args }) => args.name === 'CrRendererMain').map(({ pid, tid }) => `${pid} ${tid}`),
  );
  const of = (name: RegExp) =>
    events.filter((one) => name.test(one.name) && one.dur !== undefined && isPage(one));
  const collections = of(/^MajorGC$/);
  const longest = { own: 0, collecting: 0 };
  for (const { pid, ts, dur = 0, tdur = 0 } of of(/RunTask$/)) {
    const isCollecting = collections.some((one) => one.pid === pid && one.ts >= ts && one.ts < ts + dur);
    const kind = isCollecting ? 'collecting' : 'own';
    longest[kind] = Math.max(longest[kind], Math.round(tdur / 1000));
  }
  assert.ok(longest.own > 0, 'the trace has no task of the page');
  return longest;
}

/** Asked inside the page: to find anything by its role among so many elements would be the longest task of all. */
const answered = (page: Page) =>
  page.evaluate(async () => {
    const isOver = () => document.querySelector('article[aria-busy]')?.getAttribute('aria-busy') === 'false';
    while (!isOver()) await new Promise((resolve) => setTimeout(resolve, 100));
  });

/** Thousand characters. */
const KB = isLong ? 200 : 60;

test.describe('a long answer', () => {
  test('[F78] [C19] [C50] with tables, code and math at 500 deltas a second does not freeze a slow page, and twice the text is twice the work', async ({
    person,
  }, { annotations }) => {
    const tab = await (await person()).open();
    const { page } = tab;
    const cdp = await page.context().newCDPSession(page);
    // The processor's time of the page: what others take of the machine meanwhile is not the page's work.
    await cdp.send('Performance.enable', { timeDomain: 'threadTicks' });
    const read = async (kb: number) => {
      await tab.send(script('markdown', { n: kb, size: 8, d: 2 }));
      await answered(page);
    };
    const work = async (kb: number) => {
      await tab.newChat();
      const before = await worked(cdp);
      await read(kb);
      return (await worked(cdp)) - before;
    };
    await read(10);
    // At full speed: a page that is always late paints less, so that its work says nothing about the text.
    const [half, whole] = [await work(KB / 2), await work(KB)];
    // To leave a text is another thing than to read one.
    await tab.newChat();
    await cdp.send('Emulation.setCPUThrottlingRate', { rate: 4 });
    const longest = await longestTasks(cdp, () => read(isLong ? KB : KB / 2));
    const figures = JSON.stringify({ half, whole, longest });
    annotations.push({ type: 'measured', description: figures });
    expect(whole / half, figures).toBeLessThan(2.5);
    // The row's own limit is true only on a machine that does nothing else.
    expect(longest.own, figures).toBeLessThan(isLong ? 200 : 600);
  });
});
