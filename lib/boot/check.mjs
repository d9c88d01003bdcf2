// `npm run check`: the inner loop. Of `npm test` whatever needs no build, no browser, no database and no real time.

import { routes } from './build.mjs';
import { generate } from './generate.mjs';
import { install } from './install.mjs';
import { closingLine, sum } from './report.mjs';
import { prepare } from './step.mjs';

await prepare([install, generate, routes]);
// Loaded late: before the install there are no tools to name.
const { runChecks } = await import('./checks.mjs');
const tally = sum(await runChecks({ quick: true }));
console.log(closingLine(tally));
process.exit(tally.failed ? 1 : 0);
