// `npm start`: prepares what is missing or old, then serves.
import { build } from './build.mjs';
import { generate } from './generate.mjs';
import { install } from './install.mjs';
import { exitLike, onStopSignal, startServer } from './server.mjs';
import { prepare } from './step.mjs';

await prepare([install, generate, build]);
const server = startServer('production');
onStopSignal((signal) => server.kill(signal));
server.once('exit', exitLike);
