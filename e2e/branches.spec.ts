import { newMark, paced, usualAnswer, words } from './script.ts';
import { expect, test } from './world.ts';

test.describe('branches: nothing that was said is overwritten', () => {
  test('Regenerate keeps the old answer beside the new one, and both tabs show the same of the two', async ({
    house: { upstream },
    person,
  }) => {
    const mark = newMark();
    const me = await person();
    const tab = await me.open();
    // The first call breaks off after two words, the second says everything.
    await tab.send(`${mark} [[script:length n=2 times=1 key=${mark} mark=${mark}]]`);
    await tab.expectReply(words(2, mark));
    await tab.expectState('Cut at the length limit');
    const other = await me.open(`/c/${tab.chatId}`);
    await tab.regenerate();
    for (const one of [tab, other]) {
      await one.expectReply(words(2, mark));
      await expect(one.answer).not.toContainText('Cut at the length limit');
      await expect(one.answer.getByRole('group', { name: 'Versions' })).toContainText('2/2');
    }
    await other.showVersion('Previous');
    for (const one of [tab, other]) {
      await one.expectState('Cut at the length limit');
      await expect(one.answer.getByRole('group', { name: 'Versions' })).toContainText('1/2');
    }
    expect(await upstream.calls(mark)).toHaveLength(2);
  });

  test('Edit makes a branch of the conversation below that message, and switching shows either whole', async ({
    house: { upstream },
    person,
  }) => {
    const [one, two, three] = [newMark('a'), newMark('b'), newMark('c')];
    const me = await person();
    const tab = await me.open();
    await tab.send(`${one} ${paced({ n: 3, mark: one })}`);
    await tab.expectReply(words(3, one));
    await tab.send(`${two} ${paced({ n: 3, mark: two })}`);
    await tab.expectReply(words(3, two));
    const other = await me.open(`/c/${tab.chatId}`);

    await tab.edit(`${three} ${paced({ n: 3, mark: three })}`);
    for (const tabOf of [tab, other]) {
      await tabOf.expectReply(words(3, three));
      await expect(tabOf.question).toContainText(three);
      await expect(tabOf.log).not.toContainText(two);
      await expect(tabOf.log).toContainText(one);
    }
    await tab.showVersion('Previous', tab.question);
    for (const tabOf of [tab, other]) {
      await tabOf.expectReply(words(3, two));
      await expect(tabOf.question).toContainText(two);
      await expect(tabOf.log).not.toContainText(three);
    }
    await other.page.reload();
    await other.expectReply(words(3, two));

    // The branch goes on from what is shown.
    const four = newMark('d');
    await other.send(`${four} ${paced({ n: 3, mark: four })}`);
    await tab.expectReply(words(3, four));
    const [call] = await upstream.calls(four);
    const sent = JSON.stringify(call?.messages);
    expect([one, two, three].map((mark) => sent.includes(mark))).toEqual([true, true, false]);
  });

  test('Continue goes on at the end of what is there; Retry tries again what failed', async ({
    house: { upstream },
    person,
  }) => {
    const [cut, bad] = [newMark(), newMark()];
    const tab = await (await person()).open();
    await tab.send(`${cut} [[script:reset-after k=3 d=5 mark=${cut}]]`);
    await tab.expectState('Interrupted');
    await tab.expectReply(words(3, cut));
    await tab.continueAnswer();
    await tab.expectReply(words(3, cut) + usualAnswer);
    await expect(tab.answer).not.toContainText('Interrupted');

    await tab.send(`${bad} [[script:status code=400 times=1 key=${bad} mark=${bad} n=2]]`);
    await tab.expectState(/Failed\. The model server rejected this request/);
    expect(await upstream.calls(bad)).toHaveLength(1);
    await tab.answer.getByRole('button', { name: 'Retry', exact: true }).click();
    await tab.expectReply(words(2, bad));
  });

  test('the details of an answer say how long it took and what it cost', async ({ person }) => {
    const mark = newMark();
    const tab = await (await person()).open();
    await tab.send(`${mark} ${paced({ n: 40, mark })}`);
    await tab.expectReply(words(40, mark));
    await tab.answer.getByRole('button', { name: 'Details', exact: true }).click();
    const details = tab.page.getByRole('dialog', { name: 'Details of this answer' });
    await expect(details).toContainText('scripted-paced');
    for (const name of ['Waited in the queue', 'Time to first token', 'Speed', 'Tokens out', 'Attempts']) {
      await expect(details).toContainText(name);
    }
  });

  test('Stop belongs to the branch that is shown; an answer on another one is named and can be shown', async ({
    house: { upstream },
    person,
  }) => {
    const [one, two] = [newMark('a'), newMark('b')];
    const tab = await (await person()).open();
    await tab.send(`${one} ${paced({ n: 4, k: 2, hold: one, mark: one })}`);
    await tab.expectText(words(2, one));
    await tab.edit(`${two} ${paced({ n: 2, mark: two })}`);
    await tab.expectReply(words(2, two));
    const others = tab.page.getByRole('region', { name: 'Other branches' });
    await expect(others).toContainText('An answer on another branch is still being made.');
    await expect(tab.button('Stop')).toHaveCount(0);
    await tab.page.keyboard.press('Escape');
    await others.getByRole('button', { name: 'Show' }).click();
    await tab.expectText(words(2, one));
    await tab.expectRunning();
    await expect(others).toHaveCount(0);
    await tab.stop();
    await tab.expectState('Stopped');
    await upstream.release(one);
  });
});
