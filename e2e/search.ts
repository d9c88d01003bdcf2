import { expect, type Locator } from '@playwright/test';
import type { Tab } from './chat.ts';
import { keepMarks, wasMarked } from './marks.ts';

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

  /** Key by key, and faster than any pause: a busy machine takes its time between the keys of Playwright. */
  async type(text: string): Promise<void> {
    await this.box.evaluate((field: HTMLInputElement, whole) => {
      // Past React, which otherwise takes it for a value of its own.
      const { set } = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value') ?? {};
      for (let end = 1; end <= whole.length; end += 1) {
        set?.call(field, whole.slice(0, end));
        field.dispatchEvent(new Event('input', { bubbles: true }));
      }
    }, text);
  }

  async open(words: string): Promise<void> {
    await this.tab.page.evaluate(keepMarks);
    await this.result(words).getByRole('link').click();
  }

  /** The message that was jumped to with `open` is in sight, and was marked. */
  async expectMarked(words: string): Promise<void> {
    const marked = this.tab.log.locator(wasMarked);
    await expect(marked).toContainText(words);
    await expect(marked.getByRole('article')).toBeInViewport();
  }
}
