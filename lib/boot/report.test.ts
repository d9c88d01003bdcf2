import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { closingLine, playwrightTally, sum, vitestTally } from './report.mjs';

const folder = mkdtempSync(join(tmpdir(), 'weir-report-'));
afterAll(() => rmSync(folder, { recursive: true }));

function report(content: object): string {
  const file = join(folder, 'report.json');
  writeFileSync(file, JSON.stringify(content));
  return file;
}

it('counts what vitest counted', () => {
  expect(vitestTally(report({ numPassedTests: 5, numFailedTests: 2 }), 1)).toEqual({ passed: 5, failed: 2 });
});

it('counts what Playwright counted', () => {
  const file = report({ stats: { expected: 3, flaky: 1, unexpected: 2 } });
  expect(playwrightTally(file, 1)).toEqual({ passed: 4, failed: 2 });
});

it('a run that ends badly without a failed test is one failure', () => {
  expect(vitestTally(report({ numPassedTests: 5, numFailedTests: 0 }), 1)).toEqual({ passed: 5, failed: 1 });
});

it('no report and no tests are a failure, whatever the exit code', () => {
  expect(playwrightTally(join(folder, 'none.json'), 0)).toEqual({ passed: 0, failed: 1 });
  expect(vitestTally(report({ numPassedTests: 0 }), 0)).toEqual({ passed: 0, failed: 1 });
});

it('closes with one line', () => {
  const tally = sum([
    { passed: 1, failed: 0 },
    { passed: 2, failed: 3 },
  ]);
  expect(closingLine(tally)).toBe('3 passed, 3 failed');
});
