import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, delimiter, dirname, join } from 'node:path';
import { bundledNode, machinePath, root } from './place.mjs';
import { must } from './tool.mjs';

/** @typedef {(...args: string[]) => Promise<void>} Npm runs npm in the clone; throws a ToolError when it fails */

/** @param {string} version such as `v24.1.0` */
export const majorVersion = (version) => Number(version.replace(/^v/, '').split('.')[0]);

/**
 * npm on the given Node, or on the one it came with. The npm that started this process, else the one on PATH.
 * @param {string} [node]
 * @returns {Npm}
 */
function npmOn(node) {
  const { npm_execpath: script, npm_node_execpath: own } = process.env;
  const PATH = [...(node ? [dirname(node)] : []), machinePath()].join(delimiter);
  const host = node ?? own;
  if (script && host && /npm-cli\.[cm]?js$/.test(script)) {
    return (...args) => must(host, [script, ...args], { env: { PATH } });
  }
  return (...args) => must('npm', args, { env: { PATH }, shell: process.platform === 'win32' });
}

/**
 * A Node 24 outside the clone, whose node_modules npm is about to replace.
 * @param {string} folder an empty one
 * @returns {Promise<string>} path of the binary
 */
async function nodeOutside(folder) {
  if (existsSync(bundledNode)) {
    const copy = join(folder, 'bin', basename(bundledNode));
    mkdirSync(dirname(copy));
    copyFileSync(bundledNode, copy);
    return copy;
  }
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const version = packages['node_modules/node'].version;
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ private: true, allowScripts: { node: true } }),
  );
  await npmOn()(
    'install',
    '--prefix',
    folder,
    '--no-package-lock',
    '--ignore-scripts=false',
    `node@${version}`,
  );
  return join(folder, 'node_modules', 'node', 'bin', basename(bundledNode));
}

/**
 * Hands over an npm that runs on Node 24: on an older one npm leaves out the optional packages that want a newer, among them
 * the native half of Tailwind.
 * @param {(npm: Npm) => Promise<void>} use
 */
export async function withNpm(use) {
  const host = process.env.npm_node_execpath ?? process.execPath;
  if (host === process.execPath && host !== bundledNode && majorVersion(process.version) >= 24)
    return use(npmOn());
  const folder = mkdtempSync(join(tmpdir(), 'weir-node-'));
  try {
    await use(npmOn(await nodeOutside(folder)));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
