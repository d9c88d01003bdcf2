import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './place.mjs';
import { vitestTally } from './report.mjs';
import { end, tool, toolEnv } from './tool.mjs';

/** @typedef {import('./report.mjs').Tally} Tally */

const unitReport = join(root, 'test-results', 'unit.json');

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
 */
async function check(name, [command, args], tally) {
  const began = Date.now();
  const { code, output } = await end(command, args, { env: toolEnv() });
  const result = tally(code);
  const seconds = ((Date.now() - began) / 1000).toFixed(1);
  if (result.failed > 0) console.log(output.trimEnd());
  console.log(`${result.failed ? '✗' : '✓'} ${name} ${seconds} s`);
  return result;
}

/** @param {number} code */
export const one = (code) => ({ passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 });

/** Format, lint, types, and the unit tests with the layers among them, side by side. */
export function runChecks() {
  rmSync(unitReport, { force: true });
  const unit = tool(
    'vitest',
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${unitReport}`,
  );
  return Promise.all([
    ...Object.entries(statics).map(([name, command]) => check(name, command, one)),
    check('unit', unit, (code) => vitestTally(unitReport, code)),
  ]);
}
