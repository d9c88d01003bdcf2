import { expect, it } from 'vitest';
import type { BatchSummary } from '#lib/wire/batch.ts';
import { batchAddress, batchPlace } from './batch-place.ts';
import {
  batchAnnouncement,
  batchWords,
  countWords,
  paceWords,
  roundly,
  sizeWords,
  whenWords,
} from './batch-words.ts';

const counts = { waiting: 0, running: 0, done: 0, failed: 0, cancelled: 0 };

function batch(change: Partial<BatchSummary> = {}): BatchSummary {
  return {
    id: '01900000-0000-7000-8000-000000000001',
    name: 'Reviews',
    state: 'running',
    format: 'lines',
    viaApi: false,
    createdAt: 0,
    startedAt: 1_000,
    endedAt: null,
    total: 100,
    counts,
    stages: [],
    tokensIn: 0,
    tokensOut: 0,
    perMinute: null,
    leftMs: null,
    message: null,
    ...change,
  };
}

it('[C45] a batch says what happens to it; that items failed is said of its end too', () => {
  expect(batchWords(batch({ counts: { ...counts, running: 1, waiting: 9 } })).label).toBe('Running');
  expect(batchWords(batch({ counts: { ...counts, waiting: 9 } }))).toEqual({
    label: 'In line',
    tone: 'wait',
  });
  expect(batchWords(batch({ state: 'completed' })).label).toBe('Done');
  const failed = batch({ state: 'completed', counts: { ...counts, failed: 1_200 } });
  expect(batchWords(failed)).toEqual({ label: 'Done, 1,200 failed', tone: 'warn' });
});

it('[C45] counts name what there is', () => {
  expect(countWords(batch({ total: 1 }))).toEqual(['0 of 1 item done']);
  const some = { ...counts, done: 1_204, failed: 3, running: 8, waiting: 785 };
  expect(countWords(batch({ total: 2_000, counts: some }))).toEqual([
    '1,204 of 2,000 items done',
    '8 running',
    '785 in line',
    '3 failed',
  ]);
});

it('[C45] rate and time left are said while it runs and where they are known; afterwards the time it took', () => {
  expect(paceWords(batch())).toBeNull();
  expect(paceWords(batch({ perMinute: 4.25, leftMs: 61_000 }))).toBe('4.3 a minute · about 2 min left');
  expect(paceWords(batch({ perMinute: 1_230.4, leftMs: 2 * 3_600_000 + 1 }))).toBe(
    '1,230 a minute · about 2 h 10 min left',
  );
  expect(paceWords(batch({ state: 'completed', endedAt: 66_000 }))).toBe('took 1 min 5 s');
});

it('[C46] the beginning, every quarter and the end are announced, and nothing between', () => {
  const at = (done: number, change: Partial<BatchSummary> = {}) =>
    batch({ counts: { ...counts, done, failed: 2 }, ...change });
  const said = (from: number, to: number) => batchAnnouncement(at(from), at(to));
  expect(said(1, 20)).toBeNull();
  expect(said(20, 24)).toBe('Reviews: 25% through, 2 failed');
  expect(said(24, 90)).toBe('Reviews: 75% through, 2 failed');
  expect(batchAnnouncement(null, at(50))).toBeNull();
  expect(batchAnnouncement(at(97), at(98, { state: 'completed' }))).toBe('Reviews: Done, 2 failed');
});

it('says when something was as people do', () => {
  const now = new Date(2026, 10, 21, 18, 30).getTime();
  expect(whenWords(now - 60_000, now)).toBe('today, 18:29');
  expect(whenWords(now - 86_400_000, now)).toBe('yesterday, 18:30');
  expect(whenWords(new Date(2026, 2, 3, 9, 5).getTime(), now)).toBe('3 Mar, 09:05');
  expect(whenWords(new Date(2025, 2, 3, 9, 5).getTime(), now)).toBe('3 Mar 2025, 09:05');
  expect([0, 7, 99, 3_889_973].map(roundly)).toEqual(['0', '7', '99', '3,900,000']);
  expect([12, 4_400, 2_500_000, 200_000_000].map(sizeWords)).toEqual([
    '12 bytes',
    '4 kB',
    '2.5 MB',
    '200 MB',
  ]);
});

it('[C47] every place has an address: the list, a new one, a batch, an item counted from one', () => {
  expect(batchPlace('/batches')).toEqual({ page: 'list' });
  expect(batchPlace('/batches/new')).toEqual({ page: 'new' });
  expect(batchPlace(batchAddress('abc'))).toEqual({ page: 'one', id: 'abc', item: null });
  expect(batchPlace(batchAddress('abc', 0))).toEqual({ page: 'one', id: 'abc', item: 0 });
  expect(batchPlace('/batches/abc/zero')).toEqual({ page: 'one', id: 'abc', item: null });
});
