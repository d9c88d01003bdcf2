import { expect } from '@playwright/test';
import type { Tab } from './chat.ts';

declare global {
  interface Window {
    /** The block of an answer that is nearest to the middle of the log. */
    blockInSight(): Element;
    /** Pixels that the watched block has been from where it was. */
    farthest: number;
  }
}

/** What is loaded after the first sight has come: it draws answers anew. */
export async function expectDrawn(tab: Tab): Promise<void> {
  await expect(tab.answer.locator('.katex').first()).toBeAttached();
  await expect(tab.answer.locator('figure span[style]').first()).toBeAttached();
  await tab.page.evaluate(() => {
    window.blockInSight = () => {
      const log = document.querySelector('[role="log"]')?.getBoundingClientRect();
      const middle = (log?.top ?? 0) + (log?.height ?? 0) / 2;
      let [nearest, distance] = [document.body as Element, Number.POSITIVE_INFINITY];
      for (const block of document.querySelectorAll('[role="log"] .blocks > *')) {
        // Those that are laid out.
        if (!block.checkVisibility({ contentVisibilityAuto: true })) continue;
        const away = Math.abs(block.getBoundingClientRect().top - middle);
        if (away < distance) [nearest, distance] = [block, away];
      }
      return nearest;
    };
  });
}

/**
 * Scrolls up as a reader does, `steps` times `by` pixels.
 * @returns each step after which what was read was more than two pixels from where it should be
 */
export function scrollUp(tab: Tab, by: number, steps: number): Promise<string[]> {
  return tab.log.evaluate(
    async (log, { by: wanted, steps: count }) => {
      const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
      const jumps: string[] = [];
      for (let step = 0; step < count; step += 1) {
        const block = window.blockInSight();
        const before = block.getBoundingClientRect().top;
        const scrolled = log.scrollTop;
        // What tells a reader's scrolling from ours.
        log.dispatchEvent(new WheelEvent('wheel'));
        log.scrollTop -= wanted;
        for (let at = 0; at < 4; at += 1) await frame();
        const moved = Math.round(block.getBoundingClientRect().top - before);
        if (Math.abs(moved - wanted) > 2)
          jumps.push(
            `${step}: ${block.tagName} by ${moved}, connected ${block.isConnected}, from ${before}, ${scrolled} to ${log.scrollTop} of ${log.scrollHeight}`,
          );
      }
      return jumps;
    },
    { by, steps },
  );
}

/** Looks in every frame, from now on, how far what is in the middle of the log goes from where it is now. */
export async function watchText(tab: Tab): Promise<() => Promise<number>> {
  await tab.page.evaluate(() => {
    const block = window.blockInSight();
    const from = block.getBoundingClientRect().top;
    window.farthest = 0;
    const look = () => {
      window.farthest = Math.max(window.farthest, Math.abs(block.getBoundingClientRect().top - from));
      requestAnimationFrame(look);
    };
    look();
  });
  return () => tab.page.evaluate(() => window.farthest);
}
