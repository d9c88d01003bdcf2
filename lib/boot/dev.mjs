// `npm run dev`: Next reloads pages by itself; a change to the server's own files starts the server again.
import { watch } from 'node:fs';
import { join } from 'node:path';
import { generate } from './generate.mjs';
import { install } from './install.mjs';
import { root } from './place.mjs';
import { exitLike, onStopSignal, startServer } from './server.mjs';
import { prepare } from './step.mjs';

/** Files that Next reloads, or that no server loads. */
const notTheServers = /^(client|boot|store[\\/]prisma-client)[\\/]|\.test\.tsx?$|\.md$|~$/;

await prepare([install, generate]);
let server = startServer('development');
let restarting = false;

/** @param {number | null} code @param {NodeJS.Signals | null} signal */
function onExit(code, signal) {
  if (!restarting) return exitLike(code, signal);
  restarting = false;
  server = startServer('development');
  server.once('exit', onExit);
}

function restart() {
  if (restarting) return;
  restarting = true;
  server.kill('SIGTERM');
  // Whoever edits does not want to wait for answers to finish.
  const impatient = setTimeout(() => server.kill('SIGTERM'), 1500);
  server.once('exit', () => clearTimeout(impatient));
}

server.once('exit', onExit);
onStopSignal((signal) => {
  restarting = false;
  server.kill(signal);
});

/** @type {NodeJS.Timeout | undefined} */
let pending;
/** @param {string | null} file relative to lib */
function onChange(file) {
  if (!file || notTheServers.test(file)) return;
  clearTimeout(pending);
  pending = setTimeout(restart, 150);
}

try {
  watch(join(root, 'lib'), { recursive: true }, (_event, file) => onChange(file));
} catch (error) {
  // Node 18 on Linux cannot watch a whole tree. The next run is on Node 24, which can.
  console.error(`Server files are not watched this time: ${String(error)}`);
}
