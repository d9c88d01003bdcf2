// `npm test`: everything, from a fresh clone. Ends with one line that counts it all.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { browserStep, findBrowser } from './browser.mjs';
import { build, routes } from './build.mjs';
import { generate } from './generate.mjs';
import { install } from './install.mjs';
import { root } from './place.mjs';
import { closingLine, playwrightTally, sum } from './report.mjs';
import { runStep, StepError } from './step.mjs';
import { end, tool, toolEnv } from './tool.mjs';

/** @typedef {import('./report.mjs').Tally} Tally */

const failure = { passed: 0, failed: 1 };

/**
 * Runs steps in order up to the first that fails.
 * @param {Array<import('./step.mjs').Step>} steps
 * @returns {Promise<boolean>} whether all are done
 */
async function prepared(steps) {
  try {
    for (const step of steps) await runStep(step);
    return true;
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    console.error(`\n${error.report}`);
    return false;
  }
}

/** @returns {Promise<Tally>} */
async function endToEnd() {
  const report = join(root, 'test-results', 'e2e.json');
  rmSync(report, { force: true });
  const [command, args] = tool('@playwright/test#playwright', 'test', '-c', 'e2e/playwright.config.ts');
  const env = { ...toolEnv(), WEIR_CHROMIUM: (await findBrowser()) ?? '' };
  const { code } = await end(command, args, { env, show: true });
  return playwrightTally(report, code);
}

/** @returns {Promise<Tally[]>} */
async function everything() {
  if (!(await prepared([install, generate, routes]))) return [failure];
  const { runChecks, runFaults, checkFaultTable } = await import('./checks.mjs');
  const tallies = await runChecks();
  const ready = (await prepared([build])) && (await prepared([await browserStep()]));
  if (!ready) return [...tallies, failure];
  return [...tallies, await endToEnd(), await runFaults(), await checkFaultTable()];
}

const tally = sum(await everything());
console.log(closingLine(tally));
process.exit(tally.failed ? 1 : 0);
