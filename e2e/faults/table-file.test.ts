import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { root } from '../place.ts';
import type { Row } from './catalogue.ts';
import { settleTable } from './table-file.ts';

const catalogue: readonly Row[] = [{ row: 1, group: 'A', priority: 'P0', claim: 'all is well' }];
let results = '';
let file = '';

beforeEach(() => {
  results = mkdtempSync(join(tmpdir(), 'weir-table-'));
  file = join(results, 'TABLE.md');
});
afterEach(() => rmSync(results, { recursive: true }));

/** Reports of one vitest test with this name and status, and of no other. */
function reported(title: string, status = 'passed'): void {
  const tests = {
    name: join(root, 'lib/a.test.ts'),
    assertionResults: [{ ancestorTitles: [], title, status }],
  };
  writeFileSync(join(results, 'unit.json'), JSON.stringify({ testResults: [tests] }));
  writeFileSync(join(results, 'faults.json'), JSON.stringify({ testResults: [] }));
  writeFileSync(join(results, 'e2e.json'), JSON.stringify({ suites: [] }));
}

const settle = () => settleTable({ catalogue, results, file });

it('[B6] a table that is out of date is made, and fails until it is committed', () => {
  reported('[F1] holds');
  expect(settle()).toMatch(/commit it/);
  expect(readFileSync(file, 'utf8')).toContain('`lib/a.test.ts`: holds | passed |');
  expect(settle()).toBeNull();
  reported('[F1] holds more');
  expect(settle()).toMatch(/commit it/);
});

it('[B5] failed tests are named, and no table is made of them', () => {
  reported('[F1] holds', 'failed');
  expect(settle()).toBe('F1: lib/a.test.ts "[F1] holds" did not pass.');
  expect(existsSync(file)).toBe(false);
});

it('[B5] a machine that cannot run a test neither fails nor makes the table', () => {
  reported('[F1] holds with a server', 'skipped');
  expect(settle()).toBeNull();
  expect(existsSync(file)).toBe(false);
});

it('[B5] without a report nothing is proven', () => {
  reported('[F1] holds');
  rmSync(join(results, 'e2e.json'));
  expect(settle()).toBe(`No e2e.json in ${results}: the tests behind did not run.`);
});
