import { expect, it } from 'vitest';
import { catalogue, type Row } from './catalogue.ts';
import { playwrightProofs, vitestProofs } from './reports.ts';
import { faultTable } from './table.ts';

const row = (number: number, more: Partial<Row> = {}): Row => ({
  row: number,
  group: 'A',
  priority: 'P0',
  claim: `claim ${number}`,
  ...more,
});
const proof = (name: string, passed = true, file = 'lib/a.test.ts') => ({ file, name, passed });
const problems = (rows: readonly Row[], ...proofs: Parameters<typeof faultTable>[1]) =>
  faultTable(rows, proofs).problems;

it('the catalogue gives no number twice and says each claim in twelve words at most', () => {
  const numbers = catalogue.map((one) => one.row);
  expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
  expect(catalogue.filter(({ claim }) => claim.split(' ').length > 12)).toEqual([]);
});

it('[B5] a row needs a passed test or a reason', () => {
  expect(problems([row(1)])).toEqual(['F1 has neither a test nor a reason to be left out.']);
  expect(problems([row(1)], proof('[F1] works', false))).toEqual([
    'F1: lib/a.test.ts "[F1] works" did not pass.',
  ]);
  expect(problems([row(1)], proof('[F1] works'))).toEqual([]);
  expect(problems([row(1, { left: 'no such thing' })])).toEqual([]);
});

it('[B5] one test that fails is enough, whatever others prove', () => {
  expect(problems([row(1)], proof('[F1] a'), proof('[F1] b', false))).toHaveLength(1);
});

it('[B5] a row that is left out has no tests', () => {
  const rows = [row(1, { left: 'no such thing' })];
  expect(problems(rows, proof('[F1] works'))).toEqual(['F1 is left out and has tests: one is wrong.']);
});

it('[B5] a tag names a row of the catalogue', () => {
  expect(problems([row(1)], proof('[F1] [F9] works'))).toEqual([
    'lib/a.test.ts "[F1] [F9] works" names F9, which is not in the catalogue.',
  ]);
});

it('[B6] the table is the same in whatever order tests ran and whatever their seeds', () => {
  const rows = [row(1), row(2, { priority: 'P1' })];
  const proofs = [
    proof('[F1] [U2] a|b (seed 123)'),
    proof('[F2] c (20 seeds)'),
    proof('[F1] d', true, 'e2e/a.spec.ts'),
  ];
  const others = [
    proof('[F1] d', true, 'e2e/a.spec.ts'),
    proof('[F2] c (99 seeds)'),
    proof('[F1] [U2] a|b (seed 7)'),
  ];
  const { text } = faultTable(rows, proofs);
  expect(faultTable(rows, others).text).toBe(text);
  expect(text).toContain(
    '| F1 | P0 | claim 1 | `e2e/a.spec.ts`: d<br>`lib/a.test.ts`: a\\|b | passed |\n| F2 | P1 |',
  );
});

it('[B6] of a table of cases the first names are enough', () => {
  const proofs = ['e', 'd', 'c', 'b', 'a'].map((name) => proof(`[F1] ${name}`));
  expect(faultTable([row(1)], proofs).text).toContain('a; b; c; and 2 more | passed |');
});

it('reads tests and their places from the reports of both runners', () => {
  const assertionResults = [{ ancestorTitles: ['[F1] outer'], title: 'inner', status: 'passed' }];
  expect(vitestProofs({ testResults: [{ name: '/w/lib/a.test.ts', assertionResults }] }, '/w')).toEqual([
    proof('[F1] outer > inner'),
  ]);
  const specs = [{ title: 'inner', file: 'faults/a.spec.ts', ok: false }];
  const suites = [{ title: 'faults/a.spec.ts', specs: [], suites: [{ title: '[F1] outer', specs }] }];
  expect(playwrightProofs({ suites }, 'e2e')).toEqual([
    proof('[F1] outer > inner', false, 'e2e/faults/a.spec.ts'),
  ]);
});

it.each(['skipped', 'todo', 'pending', 'failed'])('a test that is %s proves nothing', (status) => {
  const assertionResults = [{ ancestorTitles: [], title: '[F1] a', status }];
  const [found] = vitestProofs({ testResults: [{ name: '/w/a', assertionResults }] }, '/w');
  expect(found?.passed).toBe(false);
});
