// `npm run check`: the inner loop. Everything of `npm test` that needs neither a build nor a browser.

import { routes } from './build.mjs';
import { generate } from './generate.mjs';
import { install } from './install.mjs';
import { closingLine, sum } from './report.mjs';
import { prepare } from './step.mjs';

await prepare([install, generate, routes]);
// Loaded late: before the install there are no tools to name.
const { runChecks } = await import('./checks.mjs');
const tally = sum(await runChecks());
console.log(closingLine(tally));
process.exit(tally.failed ? 1 : 0);
