// Everything `node server.ts` needs, and nothing that is up to date: `npm run build`, and before `npm run bench`.
import { build } from './build.mjs';
import { generate } from './generate.mjs';
import { install } from './install.mjs';
import { prepare } from './step.mjs';

await prepare([install, generate, build]);
