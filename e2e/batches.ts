import { readFile } from 'node:fs/promises';
import { expect, type Locator } from '@playwright/test';
import type { Tab } from './chat.ts';

/** What a person sees and does about batches, in one tab. */
export class BatchesView {
  readonly tab: Tab;

  constructor(tab: Tab) {
    this.tab = tab;
  }

  get main(): Locator {
    return this.tab.page.getByRole('main');
  }

  get items(): Locator {
    return this.main.getByRole('textbox', { name: 'One item a line' });
  }

  get template(): Locator {
    return this.main.getByRole('textbox', { name: 'Template' });
  }

  get prompts(): Locator {
    return this.main.getByRole('list', { name: 'First prompts' }).getByRole('listitem');
  }

  get problems(): Locator {
    return this.main.getByRole('list', { name: 'What is wrong' }).getByRole('listitem');
  }

  get list(): Locator {
    return this.main.getByRole('list', { name: 'Batches' });
  }

  /** The rows in sight. */
  get rows(): Locator {
    return this.main.getByRole('list', { name: 'Items' }).getByRole('listitem');
  }

  /** Rows in sight that say so of their item. */
  rowsIn(state: string): Locator {
    return this.rows.filter({ has: this.tab.page.locator(`[data-state="${state}"]`) });
  }

  /** The focus has not fallen to nowhere. */
  async expectFocus(): Promise<void> {
    await expect(this.tab.page.locator('body')).not.toBeFocused();
    await expect(this.tab.page.locator(':focus')).toHaveCount(1);
  }

  stage(name: string): Locator {
    return this.main.getByRole('listitem', { name: `Stage ${name}` });
  }

  /** The panel of an item, counted from one. */
  item(number: number): Locator {
    return this.main.getByRole('complementary', { name: `Item ${number}`, exact: true });
  }

  async openList(): Promise<void> {
    await this.tab.page.bringToFront();
    await this.tab.chats.getByRole('link', { name: 'Batches' }).click();
    await expect(this.main.getByRole('heading', { name: 'Batches' })).toBeVisible();
  }

  async openNew(): Promise<void> {
    await this.tab.page.bringToFront();
    await this.main.getByRole('link', { name: 'New batch' }).first().click();
    await expect(this.main.getByRole('heading', { name: 'New batch' })).toBeVisible();
  }

  async pick(name: string, content: string): Promise<void> {
    const file = { name, mimeType: 'application/octet-stream', buffer: Buffer.from(content) };
    await this.main.getByLabel('File of items').setInputFiles(file);
  }

  async preview(): Promise<void> {
    await this.main.getByRole('button', { name: 'Preview', exact: true }).click();
  }

  /** Looks at the first prompts and starts. */
  async start(): Promise<void> {
    await this.preview();
    await expect(this.prompts.first()).toBeVisible();
    await this.main.getByRole('button', { name: /^Start / }).click();
    await expect(this.tab.page).toHaveURL(/\/batches\/[0-9a-f-]{36}$/);
  }

  async press(name: string): Promise<void> {
    await this.tab.page.bringToFront();
    await this.main.getByRole('button', { name, exact: true }).click();
  }

  /** Presses a button that asks, and says yes. */
  async confirm(name: string, yes: string): Promise<void> {
    await this.press(name);
    await this.tab.page.getByRole('dialog').getByRole('button', { name: yes, exact: true }).click();
  }

  async read(number: number): Promise<void> {
    await this.tab.page.bringToFront();
    await this.rows.getByRole('link', { name: `Item ${number}`, exact: true }).click();
    await expect(this.item(number)).toBeVisible();
  }

  /** What the batch says of itself. */
  async expectSaid(words: string | RegExp): Promise<void> {
    await expect(this.main.getByText(words).first()).toBeVisible({ timeout: 45_000 });
  }

  async download(format: 'JSONL' | 'CSV'): Promise<string> {
    const arrives = this.tab.page.waitForEvent('download');
    await this.main.getByRole('link', { name: `Download ${format}` }).click();
    return readFile(await (await arrives).path(), 'utf8');
  }
}
