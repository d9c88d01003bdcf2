import { expect, it } from 'vitest';
import {
  afterOf,
  noPages,
  PAGE_ROWS,
  type Pages,
  pagesBetween,
  putPage,
  rowAt,
  rowCount,
} from './batch-pages.ts';
import { BatchRows } from './batch-rows.ts';
import { FakeBatches } from './fake-batches.ts';
import { fakeId } from './fake-events.ts';

const batchId = fakeId(1);

/** A batch of so many lines that runs. */
async function running(count: number): Promise<FakeBatches> {
  const port = new FakeBatches();
  const content = new Blob([Array.from({ length: count }, (_, at) => `line ${at}`).join('\n')]);
  const { fileId } = await port.upload({ format: 'lines', name: 'pasted', content });
  const stages = [{ name: 'answer', template: '{{item}}', model: 'demo/echo' }];
  await port.start({ id: batchId, name: 'Batch', fileId, stages });
  return port;
}

async function put(pages: Pages, port: FakeBatches, at: number): Promise<Pages> {
  const after = afterOf(pages, at) ?? -1;
  const state = pages.isFiltered ? ('failed' as const) : null;
  return putPage(pages, at, await port.items(batchId, { state, after, limit: PAGE_ROWS }));
}

it('[C40] over all items any page can be read first, and its rows stand at their index', async () => {
  const pages = await put(noPages(false), await running(500), 7);
  expect(rowAt(pages, 7 * PAGE_ROWS)?.input).toBe('line 350');
  expect(rowAt(pages, 3)).toBeUndefined();
  expect(rowCount(pages, 500)).toBe(500);
});

it('[C40] over one state a page begins where the one before ended, and what follows a change is read again', async () => {
  const port = await running(500);
  for (let index = 0; index < 120; index += 1) port.move(batchId, index, 'failed', { code: 'empty_answer' });
  let pages = noPages(true);
  expect(afterOf(pages, 1)).toBeNull();
  for (const at of [0, 1, 2]) pages = await put(pages, port, at);
  expect(rowCount(pages, 500)).toBe(120);
  expect(rowAt(pages, 119)?.index).toBe(119);
  port.move(batchId, 4, 'done', { output: 'at last' });
  pages = await put(pages, port, 0);
  expect(rowAt(pages, 49)?.index).toBe(50);
  expect(rowAt(pages, 50)).toBeUndefined();
  expect(afterOf(pages, 1)).toBe(50);
});

it('what is in sight is a few pages', () => {
  expect(pagesBetween(49, 51)).toEqual([0, 1]);
  expect(pagesBetween(0, 12)).toEqual([0]);
});

it('[C41] rows are read by the page as they come into sight, once, and again only while they move', async () => {
  const port = await running(50_000);
  const rows = new BatchRows(port, batchId, null);
  const settled = async () => {
    await new Promise((resolve) => setTimeout(resolve));
    return port.asked.splice(0).map(({ after }) => after);
  };
  rows.want(30_000, 30_020);
  rows.want(30_000, 30_020);
  expect(await settled()).toEqual([29_999]);
  expect(rows.at(30_010)?.input).toBe('line 30010');
  rows.refresh(30_000, 30_020);
  expect(await settled()).toEqual([29_999]);
  for (let index = 30_000; index < 30_050; index += 1) port.move(batchId, index, 'done', { output: 'x' });
  rows.refresh(30_000, 30_020);
  expect(await settled()).toEqual([29_999]);
  rows.refresh(30_000, 30_020);
  expect(await settled()).toEqual([]);
  rows.renew(30_000, 30_020);
  expect(await settled()).toEqual([29_999]);
});

it('[C41] a page that was read before the items were there is read again', async () => {
  const port = await running(20);
  for (let index = 0; index < 20; index += 1) port.move(batchId, index, 'done', { output: 'x' });
  const rows = new BatchRows(port, batchId, null);
  for (const again of [() => rows.want(0, 5), () => rows.refresh(0, 5)]) {
    again();
    await new Promise((resolve) => setTimeout(resolve));
  }
  expect(port.asked).toHaveLength(2);
});

it('[C41] a page that cannot be read is said, keeps what is shown, and is asked for again', async () => {
  const port = await running(10);
  const rows = new BatchRows(port, fakeId(2), null);
  rows.want(0, 5);
  await new Promise((resolve) => setTimeout(resolve));
  expect(rows.error?.message).toBe('There is no such batch.');
  rows.want(0, 5);
  await new Promise((resolve) => setTimeout(resolve));
  expect(port.asked).toHaveLength(2);
});
