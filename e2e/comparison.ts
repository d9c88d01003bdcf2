import { expect, type Locator } from '@playwright/test';
import type { Tab } from './chat.ts';
import { shownText } from './shown-text.ts';

/** Answers side by side in a tab, and what a person does with them. */
export class Comparison {
  readonly tab: Tab;

  constructor(tab: Tab) {
    this.tab = tab;
  }

  get section(): Locator {
    return this.tab.page.getByRole('region', { name: 'Answers side by side' });
  }

  get columns(): Locator {
    return this.section.getByRole('region');
  }

  column(name: string): Locator {
    return this.section.getByRole('region', { name, exact: true });
  }

  answer(name: string): Locator {
    return this.column(name).getByRole('article', { name: 'Answer' });
  }

  /** Chooses models for the next message, each as often as it is named. */
  async choose(...models: string[]): Promise<void> {
    const { page } = this.tab;
    await page.bringToFront();
    await page.getByRole('button', { name: /^Model: / }).click();
    const panel = page.getByRole('dialog', { name: 'Models', exact: true });
    await panel.getByRole('button', { name: 'Compare several models' }).click();
    // The model of the chat is ticked already.
    const ticked = panel.getByRole('checkbox', { checked: true });
    await ticked.press('Space');
    await expect(ticked).toHaveCount(0);
    await this.tick(panel, models);
    await panel.getByRole('button', { name: 'Done' }).click();
    await expect(
      page.getByRole('button', { name: `Model: comparing ${models.length} answers` }),
    ).toBeVisible();
  }

  async tick(panel: Locator, models: string[]): Promise<void> {
    const find = panel.getByRole('textbox', { name: 'Find a model to compare' });
    for (const [at, model] of models.entries()) {
      await find.fill(model);
      if (models.indexOf(model) === at)
        await panel.getByRole('checkbox', { name: model, exact: true }).press('Space');
      else await panel.getByRole('button', { name: `One more of ${model}`, exact: true }).click();
    }
  }

  async keep(name: string): Promise<void> {
    await this.tab.page.bringToFront();
    await this.column(name).getByRole('button', { name: 'Keep this answer' }).click();
    await expect(this.section).toHaveCount(0);
  }

  async press(name: string, button: string): Promise<void> {
    await this.tab.page.bringToFront();
    await this.column(name).getByRole('button', { name: button, exact: true }).click();
  }

  /** A finger that goes `across` pixels over an answer. */
  async swipe(name: string, across: number): Promise<void> {
    await this.answer(name).evaluate((target, by) => {
      const touch = (clientX: number) => new Touch({ identifier: 1, target, clientX, clientY: 300 });
      const tell = (type: string, touches: Touch[], changedTouches: Touch[]) =>
        target.dispatchEvent(new TouchEvent(type, { touches, changedTouches, bubbles: true }));
      tell('touchstart', [touch(180)], [touch(180)]);
      tell('touchend', [], [touch(180 + by)]);
    }, across);
  }

  async expectText(name: string, text: string | RegExp): Promise<void> {
    const shown = expect.poll(() => shownText(this.answer(name)));
    await (typeof text === 'string' ? shown.toBe(text) : shown.toMatch(text));
  }

  async expectState(name: string, words: string | RegExp): Promise<void> {
    await expect(this.answer(name)).toContainText(words);
  }

  async expectEnded(name: string): Promise<void> {
    await expect(this.answer(name)).toHaveAttribute('aria-busy', 'false');
  }
}
