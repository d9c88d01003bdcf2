import type { Locator } from '@playwright/test';

/** Rendered text of an answer; empty while there is none. */
export async function shownText(answer: Locator): Promise<string> {
  // The one thing without a name of its own: the text, beside reasoning, state and buttons.
  const texts = await answer.locator('> .markdown').allInnerTexts();
  return texts.join('\n');
}
