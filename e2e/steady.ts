import type { Tab } from './chat.ts';

/**
 * Scrolls up as a reader does, `steps` times `by` pixels.
 * @returns how many pixels too far or too near what was read was after each step at which it was not where it should be
 */
export function scrollUp(tab: Tab, by: number, steps: number): Promise<number[]> {
  return tab.log.evaluate(
    async (log, { by: wanted, steps: count }) => {
      const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
      const { left, top, width, height } = log.getBoundingClientRect();
      const jumps: number[] = [];
      for (let step = 0; step < count; step += 1) {
        const read = document.elementFromPoint(left + width / 2, top + height / 2);
        if (read === null) throw new Error('there is nothing to read');
        const before = read.getBoundingClientRect().top;
        // What tells a reader's scrolling from ours.
        log.dispatchEvent(new WheelEvent('wheel'));
        log.scrollTop -= wanted;
        for (let at = 0; at < 4; at += 1) await frame();
        const jump = read.getBoundingClientRect().top - before - wanted;
        if (Math.abs(jump) > 2) jumps.push(Math.round(jump));
      }
      return jumps;
    },
    { by, steps },
  );
}

/** Looks in every frame, from now on, how far what is in the middle of the log goes from where it is now. */
export async function watchText(tab: Tab): Promise<() => Promise<number>> {
  await tab.log.evaluate((log) => {
    const { left, top, width, height } = log.getBoundingClientRect();
    const read = document.elementFromPoint(left + width / 2, top + height / 2);
    if (read === null) throw new Error('there is nothing to read');
    const from = read.getBoundingClientRect().top;
    Object.assign(window, { farthest: 0 });
    const seen = window as unknown as { farthest: number };
    const look = () => {
      seen.farthest = Math.max(seen.farthest, Math.abs(read.getBoundingClientRect().top - from));
      requestAnimationFrame(look);
    };
    look();
  });
  return () => tab.page.evaluate(() => (window as unknown as { farthest: number }).farthest);
}
