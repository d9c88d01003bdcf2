import { existsSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the clone. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Stamps of finished steps. Inside node_modules, so that a fresh install forgets them. */
export const stamps = join(root, 'node_modules', '.cache', 'weir');

/** Where the package `node` puts its binary: run directly, no shim stays between a signal and the server. */
export const bundledNode = join(
  root,
  'node_modules',
  'node',
  'bin',
  process.platform === 'win32' ? 'node.exe' : 'node',
);

const bin = join(root, 'node_modules', '.bin');

/** The Node that runs everything but this folder. A platform the package does not serve may bring its own Node 24. */
export function node24() {
  return existsSync(bundledNode) ? bundledNode : process.execPath;
}

/**
 * The script behind a package's command, to be run by `node24()` without a shell.
 * @param {string} name a package that is installed
 * @param {string} [command] when it differs from the name
 */
export function toolScript(name, command = name.split('/').pop() ?? name) {
  const folder = join(root, 'node_modules', name);
  const { bin: commands } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return join(folder, typeof commands === 'string' ? commands : commands[command]);
}

/** PATH as the machine has it: npm must not run on a Node inside the folder that it is about to delete. */
export function machinePath() {
  const parts = (process.env.PATH ?? '').split(delimiter);
  return parts.filter((part) => part !== bin).join(delimiter);
}

/** PATH on which `node` is Node 24, for tools that start others. */
export function projectPath() {
  return [bin, machinePath()].join(delimiter);
}
