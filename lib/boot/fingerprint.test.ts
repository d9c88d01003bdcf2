import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { filesBelow, fingerprint } from './fingerprint.mjs';

let base = '';
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'weir-fingerprint-'));
  mkdirSync(join(base, 'lib', 'deep'), { recursive: true });
  writeFileSync(join(base, 'lib', 'a.ts'), 'a');
  writeFileSync(join(base, 'lib', 'deep', 'b.test.ts'), 'b');
});
afterEach(() => rmSync(base, { recursive: true }));

const print = () => fingerprint(base, filesBelow(base, ['lib']));

it('finds files at any depth and leaves out what is skipped or missing', () => {
  expect(filesBelow(base, ['lib', 'none'])).toEqual(['lib/a.ts', 'lib/deep/b.test.ts']);
  expect(filesBelow(base, ['lib'], (path) => path === 'lib/deep')).toEqual(['lib/a.ts']);
});

it('is the same for the same files', () => {
  expect(print()).toBe(print());
});

it('changes with a content, a name, and a border between files', () => {
  const before = print();
  writeFileSync(join(base, 'lib', 'a.ts'), 'A');
  const changed = print();
  writeFileSync(join(base, 'lib', 'c.ts'), '');
  const added = print();
  expect(new Set([before, changed, added]).size).toBe(3);
});
