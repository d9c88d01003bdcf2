import { BatchesView } from './batches.ts';
import { newMark, paced, script, words } from './script.ts';
import { expect, houseWith, test } from './world.ts';

test.use(houseWith({ maxUpstream: 4 }));

test.describe('batches (5)', () => {
  test('pasted lines, from the first prompts to the downloaded results', async ({ person }) => {
    const tab = await (await person()).open();
    const batches = new BatchesView(tab);
    await batches.openList();
    await expect(batches.main).toContainText('No batches yet');
    await batches.openNew();
    const marks = [newMark(), newMark(), newMark(), newMark(), newMark()];
    await batches.items.fill(marks.join('\n'));
    await batches.template.fill(script('echo', { d: 1 }));
    await batches.template.press('End');
    await tab.page.getByRole('button', { name: 'Insert {{item}}' }).click();
    await batches.preview();
    await expect(batches.prompts).toHaveCount(3);
    await expect(batches.prompts.nth(2)).toContainText(marks[2] ?? '');
    await expect(batches.main).toContainText('5 calls');
    await batches.main.getByRole('button', { name: 'Start 5 items' }).click();
    await batches.expectSaid('5 of 5 items done');
    await expect(batches.rows).toHaveCount(5);
    await batches.read(2);
    await expect(batches.item(2).getByRole('region', { name: 'Output of answer' })).toContainText(
      marks[1] ?? '',
    );
    await tab.page.keyboard.press('Escape');
    await expect(batches.rows.getByRole('link', { name: 'Item 2', exact: true })).toBeFocused();
    const results = (await batches.download('JSONL')).trim().split('\n');
    expect(results).toHaveLength(5);
    for (const mark of marks) expect(results.join('\n')).toContain(mark);
    expect(await batches.download('CSV')).toContain(marks[4]);
    await batches.confirm('Delete', 'Delete the batch');
    await expect(batches.main).toContainText('No batches yet');
  });

  test('a bad row of a CSV is told by line and column; mended, it runs', async ({ house, person, watch }) => {
    // Browsers note every refusal in their console.
    watch.allowed.push(/status of 422/);
    const tab = await (await person()).open('/batches/new');
    const batches = new BatchesView(tab);
    const mark = newMark();
    await batches.pick('reviews.csv', `id,review\n1,${mark}a\n2,x,too many\n`);
    await expect(batches.problems.first()).toContainText(/Line 3, column \d+/);
    expect(await house.upstream.calls(mark)).toEqual([]);
    await batches.pick('reviews.csv', `id,review\n1,${mark}a\n2,${mark}b\n`);
    // At once: what is typed while the file is on its way stays.
    await batches.template.fill('{{reviews}}');
    await expect(batches.main).toContainText('2 items');
    await expect(batches.problems).toHaveCount(0);
    await expect(batches.main).toContainText(
      '{{reviews}} stands for nothing here. There is {{id}}, {{review}}.',
    );
    await batches.preview();
    await expect(batches.template).toBeFocused();
    await expect(batches.prompts).toHaveCount(0);
    await batches.template.fill(`${paced({ n: 2, mark })} {{review}}`);
    await batches.start();
    await batches.expectSaid('2 of 2 items done');
    await batches.read(1);
    await expect(batches.item(1)).toContainText(words(2, mark));
  });

  test('a pipeline of three stages shows what each holds, and an answer as it streams', async ({
    house: { upstream },
    person,
  }) => {
    const tab = await (await person()).open('/batches/new');
    const batches = new BatchesView(tab);
    const [one, two, three] = [newMark('a'), newMark('b'), newMark('c')];
    await batches.items.fill('first\nsecond\nthird');
    await batches.press('Pipeline: Extract, analyse, summarise');
    await expect(batches.template).toHaveCount(3);
    await batches.template.nth(0).fill(`${paced({ n: 2, mark: one })} {{item}}`);
    await batches.template.nth(1).fill(`${paced({ n: 4, k: 2, hold: two, mark: two })} {{stage.extract}}`);
    await batches.template.nth(2).fill(`${paced({ n: 2, mark: three })} {{stage.analyse}}`);
    const atOnce = batches.main.getByRole('textbox', { name: 'At once' });
    // One after the other, so that the first is one of the two that are analysed.
    await atOnce.nth(0).fill('1');
    await atOnce.nth(1).fill('2');
    await batches.start();
    await expect(batches.stage('analyse')).toContainText('2 of 2 running');
    await expect(batches.stage('extract')).toContainText(/3\s*done/);
    await batches.read(1);
    const output = batches.item(1).getByRole('region', { name: 'Output of analyse' });
    await expect(output).toContainText(words(2, two));
    await expect(output).toHaveAttribute('aria-busy', 'true');
    await upstream.release(two);
    await batches.expectSaid('3 of 3 items done');
    await expect(output).toContainText(words(4, two));
    await expect(batches.item(1).getByRole('region', { name: 'Output of summarise' })).toContainText(
      words(2, three),
    );
    expect(await upstream.calls(three)).toHaveLength(3);
  });

  test('what failed is named, and tried again alone; cancelling keeps what is done', async ({
    house: { upstream },
    person,
  }) => {
    const tab = await (await person()).open('/batches/new');
    const batches = new BatchesView(tab);
    const [good, bad, held] = [newMark('g'), newMark('b'), newMark('h')];
    const failing = script('status', { code: 400, times: 1, key: bad, mark: bad });
    await batches.items.fill(`${paced({ n: 2, mark: good })}\n${failing}`);
    await batches.start();
    await batches.expectSaid('Done, 1 failed');
    await batches.main.getByRole('button', { name: /^Failed/ }).click();
    await expect(batches.rows).toHaveCount(1);
    await batches.read(2);
    await expect(batches.item(2).getByRole('alert')).toBeVisible();
    await batches.press('Retry failed');
    await batches.expectFocus();
    await batches.expectSaid('2 of 2 items done');
    expect(await upstream.calls(good)).toHaveLength(1);

    await tab.page.goto('/batches/new');
    await batches.items.fill(
      Array.from({ length: 6 }, () => paced({ n: 4, k: 2, hold: held, mark: held })).join('\n'),
    );
    await batches.start();
    // The gate lets four calls through; an item more may stand ready before it.
    await batches.expectSaid(/\d running/);
    await expect.poll(async () => (await upstream.calls(held)).length).toBe(4);
    await batches.confirm('Cancel', 'Cancel the batch');
    await batches.expectSaid('Cancelled');
    await batches.expectSaid(/6 cancelled/);
    await batches.expectFocus();
    expect(await upstream.calls(held)).toHaveLength(4);
  });

  test('what is typed survives a reload, and so does a batch that runs', async ({
    house: { upstream },
    person,
  }) => {
    const tab = await (await person()).open('/batches/new');
    const batches = new BatchesView(tab);
    const mark = newMark();
    const item = paced({ n: 4, k: 2, hold: mark, mark });
    await batches.items.fill(`${item}\n${item}`);
    await batches.template.fill('Please: {{item}}');
    await tab.page.reload();
    await expect(batches.items).toHaveValue(`${item}\n${item}`);
    await expect(batches.template).toHaveValue('Please: {{item}}');
    await batches.start();
    await batches.expectSaid(/2 running/);
    await tab.page.reload();
    await batches.expectSaid(/2 running/);
    await upstream.release(mark);
    await batches.expectSaid('2 of 2 items done');
    await tab.page.goto('/batches/new');
    await expect(batches.items).toHaveValue('');
  });

  test('nobody sees the batches of somebody else', async ({ person, watch }) => {
    watch.allowed.push(/status of 404/);
    const mine = new BatchesView(await (await person()).open('/batches/new'));
    await mine.items.fill(paced({ n: 2, mark: newMark() }));
    await mine.start();
    await mine.expectSaid('1 of 1 item done');
    const theirs = new BatchesView(await (await person()).open());
    await theirs.openList();
    await expect(theirs.main).toContainText('No batches yet');
    await theirs.tab.page.goto(mine.tab.page.url());
    await expect(theirs.main.getByRole('heading', { name: 'This batch does not exist' })).toBeVisible();
  });
});
