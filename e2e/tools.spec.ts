import type { Locator } from '@playwright/test';
import type { Tab } from './chat.ts';
import { newMark } from './script.ts';
import { calling, callStates, chooseTools } from './tool-calls.ts';
import { expect, test } from './tool-house.ts';

const rows = (tab: Tab): Locator => tab.answer.locator('[data-call]');
const states = (tab: Tab) => callStates(tab.answer);

async function openRow(tab: Tab, at: number): Promise<string> {
  await rows(tab).nth(at).locator('summary').focus();
  await tab.page.keyboard.press('Enter');
  return (await rows(tab).nth(at).textContent()) ?? '';
}

test('[G31] [C71] two tools of a turn run at once, and every tab shows what they were told and said', async ({
  noted,
  person,
  release,
}) => {
  const key = newMark('k');
  const me = await person();
  const tab = await me.open();
  await chooseTools(tab, 'test', 'Calculator');
  const held = `test__held {"key":"${key}"}`;
  const whole = `Let me ask.\nThe tools said: released: ${key} | released: ${key} | 42`;
  await tab.send(calling('say Let me ask.', held, held, 'calculate {"expression":"6*7"}'));
  await tab.expectState('Using tools');
  const other = await me.open(new URL(tab.page.url()).pathname);
  await expect.poll(() => states(other)).toEqual(['running', 'running', 'done']);
  await release(key);
  for (const one of [tab, other]) {
    await one.expectReply(whole);
    expect(await states(one)).toEqual(['done', 'done', 'done']);
  }
  const [first, second] = await noted(`held:${key}`);
  expect(
    first !== undefined && second !== undefined && first.from < second.to && second.from < first.to,
  ).toBe(true);
  const shown = await openRow(other, 2);
  expect(shown).toMatch(/Calculator/);
  expect(shown).toMatch(/"expression": "6\*7"/);
  expect(shown).toMatch(/Result\s*42/);
  await tab.page.reload();
  await tab.expectReply(whole);
  expect(await states(tab)).toEqual(['done', 'done', 'done']);
});

test('[G36] [C72] what changes things asks first: refused it is not made, allowed it is, from any tab', async ({
  noted,
  person,
}) => {
  const me = await person();
  const tab = await me.open();
  await chooseTools(tab, 'test');
  const before = (await noted('write')).length;
  await tab.send(calling('test__write {"words":"one"}', '---', 'test__write {"words":"two"}'));
  await tab.expectState('Waiting for you');
  await expect(tab.chats.getByText('Waiting for you')).toBeVisible();
  await expect(tab.answer.getByText('"words": "one"')).toBeVisible();
  await tab.page.reload();
  const other = await me.open(new URL(tab.page.url()).pathname);
  await other.button('Don’t allow').click();
  await expect(tab.answer.getByText('"words": "two"')).toBeVisible();
  expect(await states(tab)).toEqual(['refused', 'asking']);
  expect(await noted('write')).toHaveLength(before);
  await tab.button('Allow').click();
  await other.expectReply('The tools said: written: two');
  expect(await states(other)).toEqual(['refused', 'done']);
  expect(await noted('write')).toHaveLength(before + 1);
});

test('[G39] a stop in the middle of a tool ends the answer at once', async ({ person, release }) => {
  const key = newMark('k');
  const tab = await (await person()).open();
  await chooseTools(tab, 'test');
  await tab.send(calling(`test__held {"key":"${key}"}`));
  await expect.poll(() => states(tab)).toEqual(['running']);
  await tab.page.reload();
  await expect.poll(() => states(tab)).toEqual(['running']);
  const pressed = await tab.stop();
  await tab.expectEnded();
  expect(Date.now() - pressed).toBeLessThan(10_000);
  await tab.expectState('Stopped');
  await release(key);
  expect(await states(tab)).toEqual(['stopped']);
  await tab.page.reload();
  await expect.poll(() => states(tab)).toEqual(['stopped']);
});

test('[G40] kill -9 while a call asks: interrupted, and it is made neither then nor by itself', async ({
  house,
  noted,
  person,
  expectAway,
}) => {
  const tab = await (await person()).open();
  await chooseTools(tab, 'test');
  const before = (await noted('write')).length;
  await tab.send(calling('test__write {"words":"never"}'));
  await expect(tab.button('Allow')).toBeVisible();
  expectAway();
  await house.weir.kill9();
  await tab.expectAway();
  await house.weir.restart();
  await tab.expectBack();
  await tab.expectState('Interrupted');
  await expect.poll(() => states(tab)).toEqual(['stopped']);
  await expect(tab.button('Allow')).toHaveCount(0);
  await expect(tab.answer.getByRole('button', { name: 'Continue', exact: true })).toBeVisible();
  expect(await noted('write')).toHaveLength(before);
});

test('[K14] [C73] a server that is not there is said to be down, and hinders no answer', async ({
  person,
}) => {
  const tab = await (await person()).open();
  await tab.page.getByRole('button', { name: 'Tools', exact: true }).click();
  const panel = tab.page.getByRole('dialog', { name: 'Tools of this chat' });
  await expect(panel.getByText('The server does not answer at its address.')).toBeVisible();
  await panel.getByRole('checkbox', { name: 'gone', exact: true }).check();
  await panel.getByRole('checkbox', { name: 'Time', exact: true }).check();
  await tab.page.keyboard.press('Escape');
  await expect(tab.page.getByRole('button', { name: 'Tools: 2 on' })).toBeVisible();
  await tab.send(calling('current_time {"zone":"UTC"}'));
  await expect.poll(() => tab.replyText()).toMatch(/^The tools said: .* \(UTC\)$/);
  await tab.page.getByRole('button', { name: 'Tools: 2 on' }).click();
  await tab.page.getByRole('checkbox', { name: 'gone', exact: true }).uncheck();
  await tab.page.keyboard.press('Escape');
  await tab.page.reload();
  await expect(tab.page.getByRole('button', { name: 'Tools: 1 on' })).toBeVisible();
});

test('[K7] [U55] the coffee shop takes an order, with the demo and without a key', async ({ person }) => {
  const me = await person();
  await me.context.addInitScript(() => {
    if (location.protocol === 'http:') localStorage.setItem('weir.model', '127.0.0.1/weir-demo');
  });
  const tab = await me.open();
  await tab.page.getByRole('button', { name: /^Coffee shop/ }).click();
  await expect(tab.field).toHaveValue("What's on the menu?");
  await tab.button('Send').click();
  await expect.poll(() => tab.replyText()).toMatch(/latte: \$4\.00 small/);
  await tab.expectEnded();
  await tab.send('A large latte with oat milk for Ann');
  await tab.expectState('Waiting for you');
  await expect(tab.answer.getByText('"drink": "latte"')).toBeVisible();
  await tab.button('Allow').click();
  await expect.poll(() => tab.replyText()).toMatch(/Order W-\w{5}: 1 large latte with oat milk\. \$5\.60/);
  await tab.expectEnded();
  const order = /W-\w{5}/.exec(await tab.replyText())?.[0] ?? 'none';
  await tab.send('Where is my order?');
  await expect.poll(() => tab.replyText()).toMatch(new RegExp(`Order ${order}: .* received`));
});
