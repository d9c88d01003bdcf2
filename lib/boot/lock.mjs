// Some registries carry a package for this machine's platform only. npm then writes a lock file without the others, and
// `npm ci` refuses it everywhere. This adds what is missing: `npm run lock`, after every `npm install` of something new.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** @typedef {{ version?: string, dev?: boolean, optional?: boolean, os?: string[], cpu?: string[], libc?: string[], optionalDependencies?: Record<string, string> }} Locked */
/** @typedef {Record<string, Locked>} Packages */

const OS = {
  android: 'android',
  darwin: 'darwin',
  freebsd: 'freebsd',
  linux: 'linux',
  openharmony: 'openharmony',
  wasi: 'wasi',
  win32: 'win32',
};
const CPU = {
  arm: 'arm',
  arm64: 'arm64',
  ia32: 'ia32',
  ppc64: 'ppc64',
  riscv64: 'riscv64',
  s390x: 's390x',
  wasm32: 'wasm32',
  x64: 'x64',
};

/**
 * The entry for a platform package, its platform read off its name (`…-linux-x64-musl`).
 * @param {string} name
 * @param {string} version
 * @param {boolean} dev
 * @returns {Locked}
 */
export function platformEntry(name, version, dev) {
  const words = name.split(/[-/]/);
  const os = Object.values(OS).find((word) => words.includes(word));
  const cpu = Object.values(CPU).find((word) => words.includes(word));
  if (!os || !cpu || !/^\d/.test(version))
    throw new Error(`${name}@${version} names no platform: lock it by hand`);
  const libc =
    os !== 'linux' ? undefined : words.some((word) => word.startsWith('musl')) ? ['musl'] : ['glibc'];
  return {
    version,
    cpu: [cpu],
    ...(dev ? { dev } : {}),
    ...(libc ? { libc } : {}),
    optional: true,
    os: [os],
  };
}

/**
 * Where Node would find `name` from the package at `from`, or nothing.
 * @param {Packages} packages
 * @param {string} from
 * @param {string} name
 * @returns {string | undefined}
 */
export function resolveLocked(packages, from, name) {
  for (let base = from; ; base = base.slice(0, Math.max(0, base.lastIndexOf('/node_modules/')))) {
    const path = `${base ? `${base}/` : ''}node_modules/${name}`;
    if (packages[path]) return path;
    if (!base) return undefined;
  }
}

/**
 * Adds every optional dependency that no entry answers for. Returns the names added.
 * @param {Packages} packages changed in place
 * @returns {string[]}
 */
export function completeLock(packages) {
  /** @type {string[]} */
  const added = [];
  for (const [path, locked] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(locked.optionalDependencies ?? {})) {
      if (resolveLocked(packages, path, name)) continue;
      packages[`node_modules/${name}`] = platformEntry(name, version, locked.dev === true);
      added.push(name);
    }
  }
  return added;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = new URL('../../package-lock.json', import.meta.url);
  const lock = JSON.parse(readFileSync(file, 'utf8'));
  const added = completeLock(lock.packages);
  const sorted = Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1));
  lock.packages = Object.fromEntries(sorted);
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(`package-lock.json: ${added.length} platform packages added`);
}
