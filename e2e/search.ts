import { expect, type Locator } from '@playwright/test';
import type { Tab } from './chat.ts';

/** What a person sees and does on the page of the search, in one tab. */
export class SearchView {
  readonly tab: Tab;

  constructor(tab: Tab) {
    this.tab = tab;
  }

  get main(): Locator {
    return this.tab.page.getByRole('main');
  }

  get box(): Locator {
    return this.main.getByRole('textbox', { name: 'Search your messages' });
  }

  get results(): Locator {
    return this.main.getByRole('list', { name: 'Results' }).getByRole('listitem');
  }

  result(words: string): Locator {
    return this.results.filter({ hasText: words }).first();
  }

  async goTo(): Promise<void> {
    await this.tab.chats.getByRole('link', { name: 'Search', exact: true }).click();
    await expect(this.box).toBeFocused();
  }

  async find(text: string): Promise<void> {
    await this.tab.page.bringToFront();
    await this.box.fill(text);
  }

  async open(words: string): Promise<void> {
    await this.result(words).getByRole('link').click();
  }

  /** The message that was jumped to is in sight and marked. */
  async expectMarked(words: string): Promise<void> {
    const marked = this.tab.log.locator('.marked');
    await expect(marked).toContainText(words);
    await expect(marked.getByRole('article')).toBeInViewport();
  }
}
