import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { completeLock, platformEntry, resolveLocked } from './lock.mjs';

it('package-lock.json names every platform package, or `npm ci` refuses it: run `npm run lock`', () => {
  const lock = JSON.parse(readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8'));
  expect(completeLock(lock.packages)).toEqual([]);
});

it('reads the platform off the name', () => {
  expect(platformEntry('@a/b-linux-x64-musl', '1.0.0', true)).toEqual({
    version: '1.0.0',
    cpu: ['x64'],
    dev: true,
    libc: ['musl'],
    optional: true,
    os: ['linux'],
  });
  expect(platformEntry('@a/b-darwin-arm64', '1.0.0', false)).toMatchObject({
    cpu: ['arm64'],
    os: ['darwin'],
  });
});

it('refuses a name without a platform, and a range', () => {
  expect(() => platformEntry('fsevents', '1.0.0', true)).toThrow('lock it by hand');
  expect(() => platformEntry('a-linux-x64', '^1.0.0', true)).toThrow('lock it by hand');
});

it('looks for a package where Node would', () => {
  const packages = { 'node_modules/a/node_modules/b': {}, 'node_modules/c': {} };
  expect(resolveLocked(packages, 'node_modules/a', 'b')).toBe('node_modules/a/node_modules/b');
  expect(resolveLocked(packages, 'node_modules/a/node_modules/b', 'c')).toBe('node_modules/c');
  expect(resolveLocked(packages, 'node_modules/c', 'b')).toBeUndefined();
});

it('adds only what is missing', () => {
  const packages = {
    'node_modules/a': { optionalDependencies: { 'a-linux-x64': '1.0.0', 'a-darwin-x64': '1.0.0' } },
  };
  const lock = { ...packages, 'node_modules/a-linux-x64': { version: '1.0.0' } };
  expect(completeLock(lock)).toEqual(['a-darwin-x64']);
  expect(Object.keys(lock)).toContain('node_modules/a-darwin-x64');
});
