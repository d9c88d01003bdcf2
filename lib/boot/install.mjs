import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { majorVersion, withNpm } from './npm.mjs';
import { bundledNode, node24, root } from './place.mjs';
import { end, ToolError } from './tool.mjs';

/** @typedef {Record<string, { version?: string, optional?: boolean, link?: boolean }>} Packages */

/**
 * Whether npm's record of what it installed answers every package that the lock file asks for.
 * @param {Packages} wanted
 * @param {Packages} present
 */
export function installedAsLocked(wanted, present) {
  return Object.entries(wanted).every(([path, { version, optional }]) => {
    if (path === '') return true;
    const found = present[path];
    return found ? found.version === version : optional === true;
  });
}

/**
 * @param {string} file
 * @returns {Packages}
 */
function readPackages(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).packages : {};
}

function current() {
  const wanted = readPackages(join(root, 'package-lock.json'));
  const present = readPackages(join(root, 'node_modules', '.package-lock.json'));
  return (
    installedAsLocked(wanted, present) && (existsSync(bundledNode) || majorVersion(process.version) >= 24)
  );
}

async function run() {
  await withNpm(async (npm) => {
    // --include=dev: with NODE_ENV=production npm would leave out Node 24 itself. --ignore-scripts: Prisma's download an engine
    // that Weir never runs. The one script needed brings Node 24 and comes after.
    await npm('ci', '--include=dev', '--ignore-scripts');
    await npm('rebuild', 'node', '--ignore-scripts=false');
  });
  const { output } = await end(node24(), ['--version']);
  if (majorVersion(output.trim()) >= 24) return;
  throw new ToolError('Weir needs Node 24, and the package "node" brought none for this machine', output);
}

/** @type {import('./step.mjs').Step} */
export const install = {
  name: 'install',
  doing: 'Installing packages',
  advice: 'Packages could not be installed. Is the npm registry reachable? Then try again.',
  current,
  run,
};
