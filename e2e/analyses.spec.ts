import { AnalysesView } from './analyses.ts';
import { newMark, paced, script, words } from './script.ts';
import { expect, houseWith, test } from './world.ts';

test.use(houseWith({ maxUpstream: 8 }));

test.describe('analyses (5)', () => {
  test('[J60] [J62] three at once appear as they come, in the time of the slowest', async ({
    house: { upstream },
    person,
  }) => {
    const tab = await (await person()).open();
    await tab.chats.getByRole('link', { name: 'Analyses' }).click();
    const view = new AnalysesView(tab);
    await expect(view.main.getByRole('heading', { name: 'Analyses', exact: true })).toBeVisible();
    const [slow, quick] = [newMark('s'), newMark('q')];
    await view.text.fill(paced({ n: 120, d: 50, mark: slow }));
    await view.choose('Summary', 'Key facts');
    await view.ask(paced({ n: 4, mark: quick }));
    await view.analyse();
    await expect(view.card('Summary')).toContainText(`w1:${slow}`);
    await expect(view.card('Key facts')).toContainText(`w1:${slow}`);
    await view.expectDone(quick);
    // The quick one is there whole while the others are being written.
    await expect(view.card(quick)).toContainText(words(4, quick));
    await expect(view.card('Summary')).toHaveAttribute('aria-busy', 'true');
    await expect(view.measured).toHaveText('1 of 3 done');
    await view.expectDone('Summary');
    await view.expectDone('Key facts');
    await expect(view.measured).toHaveText(/^Three in \d+(\.\d)? s, the slowest took \d+(\.\d)? s$/);
    const { whole, slowest } = await view.times();
    expect(whole / slowest).toBeLessThanOrEqual(1.1);
    expect((await upstream.stats()).maxOpen).toBe(3);
  });

  test('[J63] [C61] one that fails says why, and is asked again alone', async ({
    house: { upstream },
    person,
  }) => {
    const view = new AnalysesView(await (await person()).open('/analyses'));
    const [good, bad] = [newMark('g'), newMark('b')];
    await view.text.fill(paced({ n: 3, mark: good }));
    await view.choose('Summary');
    await view.ask(script('status', { code: 400, times: 1, key: bad, mark: bad, n: 2 }));
    await view.analyse();
    await view.expectDone('Summary');
    await expect(view.card(bad).getByRole('alert')).toHaveText('The model server rejected this request.');
    await view.retry(bad);
    await view.expectDone(bad);
    await expect(view.card(bad)).toContainText(words(2, bad));
    expect(await upstream.calls(bad)).toHaveLength(2);
    const calls = await upstream.calls(good);
    expect(calls.filter((call) => call.mark === good)).toHaveLength(1);
  });

  test('[J66] a chat is analysed from its header, with what was said in it', async ({
    house: { upstream },
    person,
    watch,
  }) => {
    const anna = await person();
    const tab = await anna.open();
    const mark = newMark('c');
    await tab.send(paced({ n: 3, mark }));
    await expect(tab.answer).toContainText(words(3, mark));
    const { chatId } = tab;
    await tab.page.getByRole('link', { name: 'Analyse this chat' }).click();
    const view = new AnalysesView(tab);
    await view.choose('Summary');
    await view.analyse();
    await view.expectDone('Summary');
    const asked = (await upstream.calls(mark)).at(-1);
    expect(JSON.stringify(asked?.messages)).toContain(`Assistant: ${words(3, mark)}`);

    // To somebody else it is not there.
    watch.allowed.push(/status of 404/);
    const theirs = new AnalysesView(await (await person()).open(`/analyses?chat=${chatId}`));
    await expect(theirs.main.getByRole('alert')).toContainText('This chat does not exist.');
    await expect(theirs.main.getByRole('button', { name: 'Analyse', exact: true })).toBeDisabled();
  });

  test('[C63] what is typed and chosen survives a reload', async ({ person }) => {
    const tab = await (await person()).open('/analyses');
    const view = new AnalysesView(tab);
    await view.text.fill('The weir was built in 1890.');
    await view.choose('Sentiment');
    await view.ask('When was it built?');
    await tab.page.reload();
    await expect(view.text).toHaveValue('The weir was built in 1890.');
    await expect(view.question(1)).toHaveValue('When was it built?');
    await expect(view.kind('Sentiment')).toBeChecked();
    await expect(view.kind('Summary')).not.toBeChecked();
  });

  test('[J64] [C62] stop and a closed page end the calls at the model server', async ({
    house: { upstream },
    person,
  }) => {
    const anna = await person();
    const view = new AnalysesView(await anna.open('/analyses'));
    const mark = newMark('h');
    await view.text.fill(script('stall', { k: 2, mark }));
    await view.choose('Summary', 'Sentiment', 'Key facts');
    const begin = async () => {
      await view.analyse();
      for (const title of ['Summary', 'Sentiment', 'Key facts'])
        await expect(view.card(title)).toContainText('Writing');
    };
    // That it takes less than a second is tested with clocks of our own; `stall` never ends by itself.
    const aborted = async () =>
      (await upstream.calls(mark)).filter(({ outcome }) => outcome === 'aborted').length;
    await begin();
    await view.main.getByRole('button', { name: 'Stop', exact: true }).click();
    await expect.poll(aborted).toBe(3);
    await expect(view.card('Summary')).toContainText('Stopped');
    await begin();
    await view.tab.page.close();
    await expect.poll(aborted).toBe(6);
  });
});
