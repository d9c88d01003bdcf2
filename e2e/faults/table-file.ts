import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../place.ts';
import type { Row } from './catalogue.ts';
import {
  type PlaywrightReport,
  type Proof,
  playwrightProofs,
  type VitestReport,
  vitestProofs,
} from './reports.ts';
import { faultTable } from './table.ts';

export interface TableFile {
  readonly catalogue: readonly Row[];
  /** The folder of the reports `unit.json`, `faults.json` and `e2e.json`. */
  readonly results: string;
  /** The table as it is committed. */
  readonly file: string;
}

/**
 * Compares the table with what the results make of it. Returns null when all is well, else what to do about it. A table that
 * is only out of date is written; one of failed tests is not.
 */
export function settleTable({ catalogue, results, file }: TableFile): string | null {
  const missing = Object.keys(readers).filter((name) => !existsSync(join(results, name)));
  if (missing.length > 0) return `No ${missing.join(', no ')} in ${results}: the tests behind did not run.`;
  const { text, problems, skipped } = faultTable(catalogue, proofsIn(results));
  if (problems.length > 0) return problems.join('\n');
  // A machine that cannot run all of them has no say in what the table is.
  if (skipped > 0) return null;
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return null;
  writeFileSync(file, text);
  return `${file} was not what these results make of it. Now it is: look at it and commit it.`;
}

const readers: Record<string, (report: unknown) => Proof[]> = {
  'unit.json': (report) => vitestProofs(report as VitestReport, root),
  'faults.json': (report) => vitestProofs(report as VitestReport, root),
  'e2e.json': (report) => playwrightProofs(report as PlaywrightReport, 'e2e'),
};

function proofsIn(results: string): Proof[] {
  return Object.entries(readers).flatMap(([name, proofs]) =>
    proofs(JSON.parse(readFileSync(join(results, name), 'utf8'))),
  );
}
