import { expect, type Locator } from '@playwright/test';
import type { Tab } from './chat.ts';

/** What a person sees and does about the gate, in one tab. */
export class FlowView {
  readonly tab: Tab;

  constructor(tab: Tab) {
    this.tab = tab;
  }

  get pill(): Locator {
    return this.tab.page.getByRole('button', { name: /^Flow/ });
  }

  get panel(): Locator {
    return this.tab.page.getByRole('region', { name: 'Flow', exact: true });
  }

  /** One's own answers that run or wait. */
  get rows(): Locator {
    return this.panel.getByRole('listitem');
  }

  get lanes(): Locator {
    return this.tab.page.getByRole('table', { name: 'Lanes' });
  }

  get main(): Locator {
    return this.tab.page.getByRole('main');
  }

  async openPanel(): Promise<void> {
    await this.tab.page.bringToFront();
    await this.pill.click();
    await expect(this.panel).toBeVisible();
  }

  async stopAll(): Promise<void> {
    await this.tab.page.bringToFront();
    await this.panel.getByRole('button', { name: 'Stop all', exact: true }).click();
  }

  async stopRow(words: string): Promise<void> {
    await this.tab.page.bringToFront();
    await this.rows.filter({ hasText: words }).getByRole('button', { name: 'Stop', exact: true }).click();
  }

  /** The number in a column of the row of a lane. */
  cell(lane: string, column: number): Locator {
    return this.lanes.getByRole('row', { name: lane }).getByRole('cell').nth(column);
  }

  /** "(3.7 times as fast)" as a number. */
  async expectSpeedUp(): Promise<number> {
    const words = this.main.getByText(/times as fast/);
    await expect(words.first()).toBeVisible({ timeout: 90_000 });
    return Number(/([\d.]+) times as fast/.exec((await words.first().textContent()) ?? '')?.[1]);
  }
}
