import { expect, it } from 'vitest';
import { modelName } from './mcp-tools.ts';

it('[G65] plain names of tools stay as they are', () => {
  expect(modelName('github', 'create_issue')).toBe('github__create_issue');
});

it('[G65] no two tools become one for the model, however they and their servers are called', () => {
  const long = 'x'.repeat(80);
  const named = [
    ['a', 'b__c'],
    ['a__b', 'c'],
    ['a', '_b'],
    ['a_', 'b'],
    ['a', 'read.file'],
    ['a', 'read/file'],
    ['a', 'read_file'],
    ['a', `${long}1`],
    ['a', `${long}2`],
    ['ä', 'b'],
    ['a', modelName('a', 'read.file').slice('a__'.length)],
  ] as const;
  const names = named.map(([server, name]) => modelName(server, name));
  expect(new Set(names).size).toBe(named.length);
  for (const name of names) expect(name).toMatch(/^[\w-]{1,64}$/);
});
