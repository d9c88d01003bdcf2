import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { node24, root } from './place.mjs';
import { vitestTally } from './report.mjs';
import { end, tool, toolEnv } from './tool.mjs';

/** @typedef {import('./report.mjs').Tally} Tally */

const unitReport = join(root, 'test-results', 'unit.json');
const faultsReport = join(root, 'test-results', 'faults.json');

/** @type {Record<string, [command: string, args: string[]]>} */
const statics = {
  format: tool('@biomejs/biome', 'format'),
  lint: tool('@biomejs/biome', 'check', '--formatter-enabled=false', '--error-on-warnings'),
  types: tool('typescript#tsc', '--noEmit', '--pretty', '-p', '.'),
};

/**
 * Runs one check, prints its line, and what it said when it failed.
 * @param {string} name
 * @param {[command: string, args: string[]]} command
 * @param {(code: number) => Tally} tally
 * @param {Record<string, string>} [env]
 */
async function check(name, [command, args], tally, env = {}) {
  const began = Date.now();
  const { code, output } = await end(command, args, { env: { ...toolEnv(), ...env } });
  const result = tally(code);
  const seconds = ((Date.now() - began) / 1000).toFixed(1);
  if (result.failed > 0) console.log(output.trimEnd());
  console.log(`${result.failed ? '✗' : '✓'} ${name} ${seconds} s`);
  return result;
}

/** @param {number} code */
export const one = (code) => ({ passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 });

/** The fault tests that need the built pages; one of them opens a browser. They print as they run: they take minutes. */
export async function runFaults() {
  rmSync(faultsReport, { force: true });
  const [command, args] = tool('vitest', 'run', '-c', 'e2e/faults/vitest.config.ts');
  const { findBrowser } = await import('./browser.mjs');
  const env = { ...toolEnv(), WEIR_CHROMIUM: (await findBrowser()) ?? '' };
  const { code } = await end(command, args, { env, show: true });
  return vitestTally(faultsReport, code);
}

/** Whether every row of the fault catalogue is proven by a test of this run, as the committed table says. */
export const checkFaultTable = () => check('fault table', [node24(), ['e2e/faults/write-table.ts']], one);

/** What the inner loop does without: tests of real time, a real database or real processes, new workers for every file, most seeds. */
const quickly = {
  args: ['--exclude=**/*.real.test.ts', '--isolate=false'],
  env: { WEIR_QUICK: '1' },
};

/**
 * Format, lint, types, and the unit tests with the layers among them, side by side.
 * @param {{ quick?: boolean }} [options]
 */
export function runChecks({ quick = false } = {}) {
  rmSync(unitReport, { force: true });
  const unit = tool(
    'vitest',
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${unitReport}`,
    ...(quick ? quickly.args : []),
  );
  return Promise.all([
    ...Object.entries(statics).map(([name, command]) => check(name, command, one)),
    check('unit', unit, (code) => vitestTally(unitReport, code), quick ? quickly.env : {}),
  ]);
}
