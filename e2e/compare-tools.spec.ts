import { Comparison } from './comparison.ts';
import { newMark } from './script.ts';
import { calling, callStates, chooseTools } from './tool-calls.ts';
import { expect, test } from './tool-house.ts';

const [first, second] = ['scripted-paced', 'scripted-echo'] as const;
const both = [first, second];

test.describe('compare with tools: each answer calls, asks and ends by itself', () => {
  test('[C71] [C81] [C82] calls run in each column, in every tab and after a reload; a stop ends those of one', async ({
    person,
    release,
  }) => {
    const key = newMark('k');
    const me = await person();
    const tab = await me.open();
    const side = new Comparison(tab);
    await side.choose(...both);
    await chooseTools(tab, 'test', 'Calculator');
    await tab.send(
      calling('say Let me ask.', `test__held {"key":"${key}"}`, 'calculate {"expression":"6*7"}'),
    );
    for (const name of both)
      await expect.poll(() => callStates(side.answer(name))).toEqual(['running', 'done']);
    const other = new Comparison(await me.open(`/c/${tab.chatId}`));
    await tab.page.reload();
    await side.press(first, `Stop ${first}`);
    await side.expectState(first, 'Stopped');
    await release(key);
    for (const one of [side, other]) {
      await expect.poll(() => callStates(one.answer(first))).toEqual(['stopped', 'done']);
      await one.expectText(second, `Let me ask.\nThe tools said: released: ${key} | 42`);
      expect(await callStates(one.answer(second))).toEqual(['done', 'done']);
    }
    await side.press(first, 'Continue');
    await side.expectText(first, /The tools said: The person stopped this call/);
  });

  test('[G57] [C96] one column is allowed and kept, the other still asks; the model reads what was kept alone', async ({
    house: { upstream },
    noted,
    person,
  }) => {
    const mark = newMark();
    const tab = await (await person()).open();
    const side = new Comparison(tab);
    await chooseTools(tab, 'test');
    // Said before of the whole chat.
    await tab.send(calling('test__write {"words":"before"}'));
    await tab.button('Allow for this chat').click();
    await tab.expectReply('The tools said: written: before');
    const before = (await noted('write')).length;

    await side.choose(...both);
    await tab.send(`${calling('test__write {"words":"once"}')}`);
    for (const name of both) await side.expectState(name, 'Waiting for you');
    expect(await noted('write')).toHaveLength(before);
    await expect(tab.button('Allow for this chat')).toHaveCount(0);
    const allow = side.answer(second).getByRole('button', { name: 'Allow', exact: true });
    await allow.press('Enter');
    await side.expectText(second, 'The tools said: written: once');
    await expect(side.answer(second).locator('summary')).toBeFocused();
    await side.keep(second);
    await expect(tab.page.getByRole('region', { name: 'Other branches' })).toContainText('waits for you');
    await tab.page.getByRole('button', { name: 'Clear comparison' }).click();
    await tab.send(`${mark} and now?`);
    await tab.expectEnded();
    const [call] = await upstream.calls(mark);
    const roles = ['user', 'assistant', 'tool', 'assistant'];
    expect(call?.messages).toMatchObject([...roles, ...roles, 'user'].map((role) => ({ role })));
    expect(await noted('write')).toHaveLength(before + 1);

    // Refused on its own branch, where it has waited.
    await tab.page
      .getByRole('region', { name: 'Other branches' })
      .getByRole('button', { name: 'Show' })
      .click();
    await tab.button('Don’t allow').click();
    await tab.expectReply(/did not allow/);
    expect(await noted('write')).toHaveLength(before + 1);
  });

  test('[G40] [G56] kill -9 while one column asks and the other runs: both are interrupted, nothing is made again', async ({
    house,
    noted,
    person,
    expectAway,
  }) => {
    const tab = await (await person()).open();
    const side = new Comparison(tab);
    await side.choose(...both);
    await chooseTools(tab, 'test');
    const before = (await noted('write')).length;
    await tab.send(calling('test__write {"words":"never"}'));
    for (const name of both) await side.expectState(name, 'Waiting for you');
    await tab.page.getByRole('button', { name: 'Clear comparison' }).click();
    await tab.send('what waits');
    expectAway();
    await house.weir.kill9();
    await tab.expectAway();
    await house.weir.restart();
    await tab.expectBack();
    for (const name of both) {
      await side.expectState(name, 'Interrupted');
      await expect.poll(() => callStates(side.answer(name))).toEqual(['stopped']);
    }
    await expect(tab.button('Allow')).toHaveCount(0);
    await expect(tab.queued).toContainText('Sent once you keep an answer');
    await expect(side.column(first).getByRole('button', { name: 'Continue' })).toBeVisible();
    await side.press(second, 'Continue');
    await side.expectText(second, /not known whether it had any effect/);
    expect(await noted('write')).toHaveLength(before);
  });

  test('[C82] Escape stops every column, one that asks too', async ({ noted, person }) => {
    const tab = await (await person()).open();
    const side = new Comparison(tab);
    await side.choose(...both);
    await chooseTools(tab, 'test');
    const before = (await noted('write')).length;
    await tab.send(calling('test__write {"words":"never"}'));
    for (const name of both) await side.expectState(name, 'Waiting for you');
    await tab.field.press('Escape');
    for (const name of both) {
      await side.expectState(name, 'Stopped');
      expect(await callStates(side.answer(name))).toEqual(['stopped']);
    }
    expect(await noted('write')).toHaveLength(before);
  });
});
