// `npm run faults`: the fault tests against real processes, then the table of the catalogue from their results and those of
// the last `npm test`, of which all of this is a part.
import { build } from './build.mjs';
import { checkFaultTable, runFaults } from './checks.mjs';
import { generate } from './generate.mjs';
import { install } from './install.mjs';
import { closingLine, sum } from './report.mjs';
import { runStep, StepError } from './step.mjs';

try {
  for (const step of [install, generate, build]) await runStep(step);
} catch (error) {
  if (!(error instanceof StepError)) throw error;
  console.error(`\n${error.report}`);
  process.exit(1);
}
const tally = sum([await runFaults(), await checkFaultTable()]);
console.log(closingLine(tally));
process.exit(tally.failed ? 1 : 0);
