import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/**
 * All files at and below the given paths, sorted; what does not exist is left out.
 * @param {string} base
 * @param {string[]} paths relative to `base`
 * @param {(path: string) => boolean} skip given a path relative to `base` with forward slashes
 * @returns {string[]} relative paths with forward slashes
 */
export function filesBelow(base, paths, skip = () => false) {
  /** @type {string[]} */
  const found = [];
  /** @param {string} full */
  const visit = (full) => {
    const path = relative(base, full).split(sep).join('/');
    if (skip(path)) return;
    if (!statSync(full).isDirectory()) found.push(path);
    else for (const name of readdirSync(full)) visit(join(full, name));
  };
  for (const path of paths) if (existsSync(join(base, path))) visit(join(base, path));
  return found.sort();
}

/**
 * One hash over names and contents.
 * @param {string} base
 * @param {string[]} files relative to `base`
 */
export function fingerprint(base, files) {
  const hash = createHash('sha256');
  for (const file of files) {
    const content = readFileSync(join(base, file));
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}
