import type { Page } from '@playwright/test';
import { BatchesView } from './batches.ts';
import { RawClient } from './raw-client.ts';
import { newMark, paced, script, words } from './script.ts';
import { expect, houseWith, test } from './world.ts';

test.use(houseWith({ maxUpstream: 4 }));

interface Line {
  item: number;
  custom_id: string | null;
  state: string;
  outputs: Record<string, string>;
  partial: Record<string, string> | null;
}

test.describe('batches, the way on (5)', () => {
  test('[H66] [J82] [J84] what was cancelled keeps what had come, and the rest is run', async ({
    house: { upstream },
    person,
  }) => {
    const tab = await (await person()).open('/batches/new');
    const batches = new BatchesView(tab);
    const [good, held] = [newMark('g'), newMark('h')];
    await batches.items.fill(
      [
        paced({ n: 2, mark: good }),
        ...Array.from({ length: 6 }, () => paced({ n: 4, k: 2, hold: held, mark: held })),
      ].join('\n'),
    );
    await batches.start();
    await batches.expectSaid(/1 of 7 items done · 4 running · 2 in line/);
    await expect(batches.rowsIn('running')).toHaveCount(4);
    await expect(batches.rowsIn('waiting')).toHaveCount(2);
    await batches.press('Cancel');
    await expect(tab.page.getByRole('dialog')).toContainText('what has come is kept, marked as partial');
    await tab.page.getByRole('dialog').getByRole('button', { name: 'Cancel the batch', exact: true }).click();
    await batches.expectSaid(/6 cancelled/);
    await batches.expectFocus();
    await batches.read(2);
    const output = batches.item(2).getByRole('region', { name: 'Output of answer' });
    await expect(output).toContainText(words(2, held));
    await expect(output).toContainText('Partial');
    const before = linesOf(await batches.download('JSONL'));
    expect(before.map(({ item, state }) => `${item} ${state}`).slice(0, 2)).toEqual([
      '1 done',
      '2 cancelled',
    ]);
    expect(before[1]?.partial?.answer).toContain(words(2, held));
    expect(before[1]?.outputs).toEqual({});
    await upstream.release(held);
    await batches.press('Run the rest');
    await batches.expectFocus();
    await batches.expectSaid('7 of 7 items done');
    await expect(output).toContainText(words(4, held));
    await expect(output).not.toContainText('Partial');
    const after = linesOf(await batches.download('JSONL'));
    expect(after.map(({ state, partial }) => [state, partial])).toEqual(Array(7).fill(['done', null]));
    expect(await upstream.calls(good)).toHaveLength(1);
  });

  test('[J86] requests from a JSONL file run as they stand, and one that failed is tried alone', async ({
    house: { upstream, weir },
    person,
    watch,
  }) => {
    watch.allowed.push(/status of 422/);
    const { model } = await RawClient.guest(weir.url);
    const tab = await (await person()).open('/batches/new');
    const batches = new BatchesView(tab);
    const [good, bad] = [newMark('g'), newMark('b')];
    const failing = script('status', { code: 400, times: 1, key: bad, mark: bad });
    const request = (id: string | undefined, content: string, name = model) =>
      JSON.stringify({
        ...{ custom_id: id, method: 'POST', url: '/v1/chat/completions' },
        body: { model: name, messages: [{ role: 'user', content }] },
      });
    await batches.pick('requests.jsonl', [request('a', 'x'), request(undefined, 'y')].join('\n'));
    await expect(batches.problems.first()).toContainText(/Line 2.*has no custom_id\./);
    await batches.pick(
      'requests.jsonl',
      [request('a', 'x'), request('b', 'y', 'nobody/offers-this')].join('\n'),
    );
    await expect(batches.main).toContainText('2 items');
    await batches.preview();
    await expect(batches.problems.first()).toContainText('“nobody/offers-this” is not offered here; item 2');
    await batches.press('Take the file out');
    await expect(batches.items).toBeFocused();
    await batches.pick(
      'requests.jsonl',
      [request('a', paced({ n: 2, mark: good })), request('b', failing)].join('\n'),
    );
    await expect(batches.main).toContainText('2 items');
    await batches.start();
    await batches.expectSaid('Done, 1 failed');
    await batches.read(2);
    await batches.item(2).getByRole('button', { name: 'Retry', exact: true }).click();
    await expect(batches.item(2)).toBeFocused();
    await batches.expectSaid('2 of 2 items done');
    expect(await upstream.calls(good)).toHaveLength(1);
    const lines = linesOf(await batches.download('JSONL'));
    expect(lines.map((line) => [line.item, line.custom_id, line.state])).toEqual([
      [1, 'a', 'done'],
      [2, 'b', 'done'],
    ]);
    const csv = (await batches.download('CSV')).split('\r\n');
    expect(csv[0]).toContain('item,custom_id,state,');
    expect(csv[1]).toContain(`1,a,done,${words(2, good)}`);
    expect(await downloadName(tab.page)).toMatch(/^requests-\d{4}-\d\d-\d\d\.jsonl$/);
  });

  test('[J85] [C93] two tabs have a draft each; an idle template is warned of', async ({ person }) => {
    const anna = await person();
    const one = new BatchesView(await anna.open('/batches/new'));
    const two = new BatchesView(await anna.open('/batches/new'));
    await one.items.fill('first a\nfirst b');
    await two.items.fill('second');
    await one.template.fill('Say hello');
    await two.tab.page.reload();
    await expect(two.items).toHaveValue('second');
    await one.tab.page.reload();
    await expect(one.items).toHaveValue('first a\nfirst b');
    await expect(one.template).toHaveValue('Say hello');
    await expect(two.template).toHaveValue('{{item}}');
    await one.preview();
    await expect(one.main.getByRole('list', { name: 'Worth a look' })).toContainText(
      'Every prompt is the same',
    );
    await one.press('Add a stage');
    await one.press('Remove stage 2');
    await expect(one.template).toBeFocused();
    await two.tab.page.close();
    await one.items.fill('');
    await one.template.fill('');
    const three = new BatchesView(await anna.open('/batches/new'));
    await expect(three.items).toHaveValue('second');
  });

  test('an answer is shown as Markdown, safely, and can be copied', async ({ person }) => {
    const tab = await (await person()).open('/batches/new');
    const batches = new BatchesView(tab);
    const text = '# Findings  **bold** <img src=x onerror=alert(1)>';
    await batches.items.fill(text);
    await batches.template.fill(`{{item}} ${script('echo', { d: 1 })}`);
    await batches.start();
    await batches.expectSaid('1 of 1 item done');
    await batches.read(1);
    const output = batches.item(1).getByRole('region', { name: 'Output of answer' });
    await expect(output.locator('strong, [data-streamdown="strong"]')).toHaveText('bold');
    await expect(output.locator('img')).toHaveCount(0);
    await expect(output.getByRole('button', { name: 'Copy output of answer' })).toBeVisible();
  });
});

function linesOf(text: string): Line[] {
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

async function downloadName(page: Page): Promise<string> {
  const arrives = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download JSONL' }).click();
  return (await arrives).suggestedFilename();
}
