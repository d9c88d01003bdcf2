import { expect, type Locator, type Page } from '@playwright/test';
import { shownText } from './shown-text.ts';

/** Coming back after a break has a back-off of up to 20 s. */
const backMs = 45_000;
const busy = /Queued|Connecting|Thinking|Streaming|Using tools|Waiting for you|Retry \d|Stopping/;

/** One browser tab, and what a person does and sees in it. Everything is found by its accessible name. */
export class Tab {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  // Places.

  get field(): Locator {
    return this.page.getByRole('textbox', { name: 'Message', exact: true });
  }

  get chats(): Locator {
    return this.page.getByRole('navigation', { name: 'Chats' });
  }

  get rows(): Locator {
    return this.chats.getByRole('listitem');
  }

  get log(): Locator {
    return this.page.getByRole('log');
  }

  /** The last answer of the chat. */
  get answer(): Locator {
    return this.log.getByRole('article', { name: 'Answer' }).last();
  }

  /** The last message of the person. */
  get question(): Locator {
    return this.log.getByRole('article', { name: 'You' }).last();
  }

  get queued(): Locator {
    return this.page.getByRole('region', { name: 'Queued messages' });
  }

  get banner(): Locator {
    return this.page.getByRole('status').filter({ hasText: /Reconnecting|Connecting|Trying again/ });
  }

  /** `chatId` of the address. Throws on the page of a new chat. */
  get chatId(): string {
    const id = /\/c\/([0-9a-f-]{36})$/.exec(new URL(this.page.url()).pathname)?.[1];
    if (id === undefined) throw new Error(`no chat is open: ${this.page.url()}`);
    return id;
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true });
  }

  /** The sidebar's row of the chat whose title contains `words`. */
  row(words: string): Locator {
    return this.rows.filter({ hasText: words });
  }

  // What a person does, in front: a page behind another paints once a second.

  /** Goes to an address and waits until the page is connected. */
  async open(url: string): Promise<void> {
    await this.page.goto(url);
    await this.expectConnected();
  }

  /** Goes to the address of a chat that is not there for this person. */
  async openGone(url: string): Promise<void> {
    await this.page.goto(url);
    await expect(this.page.getByRole('heading', { name: 'This chat does not exist' })).toBeVisible();
  }

  async newChat(): Promise<void> {
    await this.page.bringToFront();
    await this.chats.getByRole('button', { name: 'New chat', exact: true }).click();
    await expect(this.page.getByRole('heading', { name: 'What are you working on?' })).toBeVisible();
  }

  /** Types and presses Enter. Afterwards the composer is empty and the chat has its address. */
  async send(text: string): Promise<void> {
    await this.page.bringToFront();
    await this.field.fill(text);
    await this.field.press('Enter');
    await expect(this.field).toHaveValue('');
    await expect(this.page).toHaveURL(/\/c\//);
  }

  /** @returns when the press reached the page, epoch ms */
  async stop(): Promise<number> {
    await this.page.bringToFront();
    const pressed = this.page.evaluate(
      () =>
        new Promise<number>((resolve) =>
          addEventListener('click', () => resolve(Date.now()), { capture: true, once: true }),
        ),
    );
    await this.button('Stop').click();
    return pressed;
  }

  async regenerate(): Promise<void> {
    await this.page.bringToFront();
    await this.answer.getByRole('button', { name: 'Regenerate', exact: true }).click();
  }

  async continueAnswer(): Promise<void> {
    await this.page.bringToFront();
    await this.answer.getByRole('button', { name: 'Continue', exact: true }).click();
  }

  /** Replaces the last message of the person by another version. */
  async edit(text: string): Promise<void> {
    await this.page.bringToFront();
    await this.question.hover();
    await this.question.getByRole('button', { name: 'Edit', exact: true }).click();
    const field = this.page.getByRole('textbox', { name: 'Edit message' });
    await field.fill(text);
    await field.press('Enter');
    await expect(field).toHaveCount(0);
  }

  /** Switches between versions of the last answer or, `of` given, of that message. */
  async showVersion(which: 'Previous' | 'Next', of: Locator = this.answer): Promise<void> {
    await this.page.bringToFront();
    await of.getByRole('button', { name: `${which} version` }).click();
  }

  async openRow(words: string): Promise<void> {
    await this.page.bringToFront();
    await this.row(words).getByRole('link').click();
  }

  /** Chooses from the menu of a row. */
  async rowMenu(words: string, item: string): Promise<void> {
    await this.page.bringToFront();
    await this.row(words).hover();
    await this.row(words)
      .getByRole('button', { name: /^Options of/ })
      .click();
    await this.page.getByRole('menuitem', { name: item, exact: true }).click();
  }

  /** What the Copy button of the last answer puts into the clipboard. */
  async copyReply(): Promise<string> {
    await this.page.bringToFront();
    await this.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await this.answer.getByRole('button', { name: 'Copy', exact: true }).click();
    await expect(this.answer.getByText('Copied')).toBeAttached();
    return this.page.evaluate(() => navigator.clipboard.readText());
  }

  // What a person sees.

  /** Text of the last answer as it is shown: rendered, without reasoning, state line and buttons. */
  replyText(): Promise<string> {
    return shownText(this.answer);
  }

  visibleText(): Promise<string> {
    // What is seen, not what is in the tree.
    // biome-ignore lint/performance/useDomNodeTextContent: hidden text does not count
    return this.page.getByRole('main').innerText();
  }

  /** Pixels between what is in sight and the end of the messages. */
  distanceToEnd(): Promise<number> {
    return this.log.evaluate((box) => box.scrollHeight - box.scrollTop - box.clientHeight);
  }

  scrollTop(): Promise<number> {
    return this.log.evaluate((box) => box.scrollTop);
  }

  rowTitles(): Promise<string[]> {
    return this.rows.getByRole('link').allTextContents();
  }

  /** Positions on the rows of the sidebar, ascending. */
  async queuedPositions(): Promise<number[]> {
    const found = (await this.rowTitles()).flatMap((text) => /Queued (\d+)/.exec(text)?.[1] ?? []);
    return found.map(Number).sort((a, b) => a - b);
  }

  /** Rows whose answer is not over. */
  async busyRows(): Promise<string[]> {
    return (await this.rowTitles()).filter((text) => busy.test(text));
  }

  /** Whatever says that something is being loaded or made. */
  spinners(): Locator {
    const loading = this.page.getByRole('status', { name: /^Loading/ });
    return loading.or(this.page.locator('[aria-busy="true"]')).or(this.button('Stop'));
  }

  // What has to become true.

  async expectConnected(): Promise<void> {
    await expect(this.page.getByRole('button', { name: /^Model: / })).toBeVisible({ timeout: backMs });
  }

  /** The text so far, whether or not the answer is over. */
  async expectText(text: string | RegExp): Promise<void> {
    const shown = expect.poll(() => this.replyText());
    await (typeof text === 'string' ? shown.toBe(text) : shown.toMatch(text));
  }

  /** At least so many words. */
  async expectWords(count: number): Promise<void> {
    await expect.poll(async () => (await this.replyText()).split(' ').length).toBeGreaterThanOrEqual(count);
  }

  /** The answer is over and this is all of it. */
  async expectReply(text: string | RegExp): Promise<void> {
    await this.expectEnded();
    await this.expectText(text);
  }

  async expectRunning(): Promise<void> {
    await expect(this.answer).toHaveAttribute('aria-busy', 'true');
  }

  async expectEnded(): Promise<void> {
    await expect(this.answer).toHaveAttribute('aria-busy', 'false', { timeout: backMs });
  }

  /** What the state line of the last answer says. */
  async expectState(words: string | RegExp): Promise<void> {
    await expect(this.answer).toContainText(words);
  }

  /** The page says that its connection is gone. */
  async expectAway(): Promise<void> {
    await expect(this.banner).toBeVisible();
  }

  async expectBack(): Promise<void> {
    await expect(this.banner).toHaveCount(0, { timeout: backMs });
  }
}
