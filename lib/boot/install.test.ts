import { expect, it } from 'vitest';
import { installedAsLocked } from './install.mjs';

const locked = {
  '': {},
  'node_modules/a': { version: '1.0.0' },
  'node_modules/b': { version: '2.0.0', optional: true },
};

it('installs when there is nothing yet', () => {
  expect(installedAsLocked(locked, {})).toBe(false);
});

it('installs when the lock file has moved on', () => {
  expect(installedAsLocked(locked, { 'node_modules/a': { version: '0.9.0' } })).toBe(false);
});

it('does without packages for other platforms', () => {
  expect(installedAsLocked(locked, { 'node_modules/a': { version: '1.0.0' } })).toBe(true);
});

it('installs when an optional package is the wrong version', () => {
  const present = { 'node_modules/a': { version: '1.0.0' }, 'node_modules/b': { version: '1.0.0' } };
  expect(installedAsLocked(locked, present)).toBe(false);
});
