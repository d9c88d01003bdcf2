import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from './place.mjs';

/**
 * Package → the first versions without the holes that are known, one for each line that is kept up. Last looked at
 * 2026-09; look again before a release (`npm audit --omit=dev`). An exception belongs here, with its date and its reason.
 */
const floors: Readonly<Record<string, readonly string[]>> = {
  next: ['15.5.18', '16.2.6'],
  'react-server-dom-webpack': ['19.0.6', '19.1.7', '19.2.6'],
  'react-server-dom-turbopack': ['19.0.6', '19.1.7', '19.2.6'],
  ws: ['8.21.0'],
  undici: ['6.28.1', '7.29.1', '8.10.2'],
  mermaid: ['10.9.8', '11.16.1'],
  'better-auth': ['1.4.17'],
  'next-auth': ['4.10.3'],
  'socket.io-parser': ['4.2.6'],
};

/** Above one of the floors within that floor's line, or above the newest line. */
function isBelow(version: string, known: readonly string[]): boolean {
  const line = known.find((floor) => lineOf(floor, known) === lineOf(version, known));
  return compare(version, line ?? known.at(-1) ?? '') < 0;
}

/** Lines are as fine as the floors tell them apart: by major where these differ, else by minor. */
function lineOf(version: string, known: readonly string[]): string {
  const majors = new Set(known.map((floor) => floor.split('.')[0]));
  return version
    .split('.')
    .slice(0, majors.size === known.length ? 1 : 2)
    .join('.');
}

function compare(a: string, b: string): number {
  // A version before a release is not yet it.
  const [left = '', early] = a.split('-', 2);
  const order = left.localeCompare(b, 'en', { numeric: true });
  return order === 0 && early !== undefined ? -1 : order;
}

interface Lock {
  readonly packages: Readonly<Record<string, { readonly version?: string }>>;
}

it('[F173] no package is below a version with known holes, wherever it is in the tree', () => {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as Lock;
  const installed = Object.entries(packages).map(([path, { version = '' }]) => ({
    name: path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
    version,
  }));
  const names = new Set(installed.map(({ name }) => name));
  for (const name of ['next', 'ws', 'undici', 'better-auth']) expect(names).toContain(name);
  const below = installed.filter(({ name, version }) => isBelow(version, floors[name] ?? ['0']));
  expect(below).toEqual([]);
});

it.each([
  ['16.2.6', 'next', false],
  ['16.2.5', 'next', true],
  ['16.2.6-canary.1', 'next', true],
  ['15.5.18', 'next', false],
  ['15.9.0', 'next', false],
  ['14.2.35', 'next', true],
  ['17.0.0', 'next', false],
  ['19.1.6', 'react-server-dom-webpack', true],
  ['19.2.9', 'react-server-dom-webpack', false],
  ['8.9.0', 'ws', true],
  ['8.10.1', 'undici', true],
])('[F173] %s of %s is below the floor: %s', (version, name, expected) => {
  expect(isBelow(version, floors[name] ?? [])).toBe(expected);
});
