import { existsSync, readFileSync } from 'node:fs';

/** @typedef {{ passed: number, failed: number }} Tally */

/**
 * A run that ends badly without naming a failed test (a suite that does not load, an error after the last test, no tests at
 * all, no report) counts as one failure.
 * @param {Tally} tally
 * @param {number} code exit code of the runner
 * @returns {Tally}
 */
function honest({ passed, failed }, code) {
  const bad = code !== 0 || passed + failed === 0;
  return { passed, failed: bad ? Math.max(failed, 1) : failed };
}

/**
 * What is read of the two kinds of report.
 * @typedef {object} Report
 * @property {number} [numPassedTests]
 * @property {number} [numFailedTests]
 * @property {{ expected: number, flaky: number, unexpected: number }} [stats]
 */

/**
 * @param {string} file a report in JSON
 * @returns {Report} empty when the runner wrote none
 */
function readReport(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
}

/**
 * @param {string} file vitest's JSON report
 * @param {number} code vitest's exit code
 */
export function vitestTally(file, code) {
  const { numPassedTests: passed = 0, numFailedTests: failed = 0 } = readReport(file);
  return honest({ passed, failed }, code);
}

/**
 * @param {string} file Playwright's JSON report
 * @param {number} code Playwright's exit code
 */
export function playwrightTally(file, code) {
  const { expected, flaky, unexpected } = readReport(file).stats ?? { expected: 0, flaky: 0, unexpected: 0 };
  return honest({ passed: expected + flaky, failed: unexpected }, code);
}

/**
 * @param {Tally[]} tallies
 * @returns {Tally}
 */
export function sum(tallies) {
  return tallies.reduce((a, b) => ({ passed: a.passed + b.passed, failed: a.failed + b.failed }), {
    passed: 0,
    failed: 0,
  });
}

/** @param {Tally} tally */
export const closingLine = ({ passed, failed }) => `${passed} passed, ${failed} failed`;
