import type { Locator } from '@playwright/test';
import type { Tab } from './chat.ts';
import { script } from './script.ts';

/** A message that makes the scripted model call these tools; lines with `---` begin further turns. */
export const calling = (...lines: string[]) => [script('call'), ...lines].join('\n');

/** Switches toolsets of the chat on. */
export async function chooseTools(tab: Tab, ...names: string[]): Promise<void> {
  await tab.page.getByRole('button', { name: /^Tools/ }).click();
  for (const name of names) await tab.page.getByRole('checkbox', { name, exact: true }).check();
  await tab.page.keyboard.press('Escape');
}

/** What has become of each call of an answer. */
export function callStates(answer: Locator): Promise<(string | null)[]> {
  return answer.locator('[data-call]').evaluateAll((all) => all.map((row) => row.getAttribute('data-call')));
}
