import { expect, it } from 'vitest';
import { soakOptions } from './options.ts';

it('takes minutes or hours, people and a seed', () => {
  expect(soakOptions(['--hours', '0.5', '--people', '3', '--seed', '7'])).toEqual({
    minutes: 30,
    people: 3,
    seed: 7,
  });
  expect(soakOptions(['--minutes', '5']).minutes).toBe(5);
});

it('says two minutes and a new seed by itself', () => {
  const { minutes, seed } = soakOptions([]);
  expect(minutes).toBe(2);
  expect(Number.isInteger(seed) && seed >= 0).toBe(true);
});

it.each([
  ['--minutes', 'x'],
  ['--minutes', '0'],
  ['--people', '1.5'],
  ['--seed', '-1'],
  ['--hours', '-2'],
])('refuses %s %s', (name, value) => {
  expect(() => soakOptions([`${name}=${value}`])).toThrow(`${name} ${value}`);
});
