import { expect, type Locator } from '@playwright/test';
import type { Tab } from './chat.ts';

/** What a person sees and does about analyses, in one tab. */
export class AnalysesView {
  readonly tab: Tab;

  constructor(tab: Tab) {
    this.tab = tab;
  }

  get main(): Locator {
    return this.tab.page.getByRole('main');
  }

  get text(): Locator {
    return this.main.getByRole('textbox', { name: 'Text', exact: true });
  }

  get measured(): Locator {
    return this.main.getByRole('region', { name: 'Results' }).getByRole('status').first();
  }

  kind(name: string): Locator {
    return this.main.getByRole('checkbox', { name, exact: true });
  }

  question(number: number): Locator {
    return this.main.getByRole('textbox', { name: `Question ${number}`, exact: true });
  }

  /** By its title, or the beginning of a question. */
  card(title: string): Locator {
    return this.main
      .getByRole('article')
      .filter({ has: this.tab.page.getByRole('heading', { name: title }) });
  }

  async choose(...kinds: string[]): Promise<void> {
    for (const name of ['Summary', 'Sentiment', 'Key facts']) {
      await this.kind(name).setChecked(kinds.includes(name), { force: true });
    }
  }

  async ask(...questions: string[]): Promise<void> {
    for (const [at, words] of questions.entries()) {
      await this.main.getByRole('button', { name: /Ask a question of your own|Another question/ }).click();
      await this.question(at + 1).fill(words);
    }
  }

  async analyse(): Promise<void> {
    await this.tab.page.bringToFront();
    await this.main.getByRole('button', { name: 'Analyse', exact: true }).click();
  }

  /** What the server measured, to the millisecond. */
  async times(): Promise<{ whole: number; slowest: number }> {
    const words = (await this.measured.getAttribute('title')) ?? '';
    const [, whole, slowest] = /^(\d+) ms in all, (\d+) ms the slowest$/.exec(words) ?? [];
    if (whole === undefined || slowest === undefined) throw new Error(`no times: ${words}`);
    return { whole: Number(whole), slowest: Number(slowest) };
  }

  async retry(title: string): Promise<void> {
    await this.tab.page.bringToFront();
    await this.card(title).getByRole('button', { name: 'Retry', exact: true }).click();
  }

  async expectDone(title: string): Promise<void> {
    await expect(this.card(title)).toContainText(/Done in \d/);
  }
}
