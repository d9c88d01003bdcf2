import { relative, sep } from 'node:path';

/** A test of this run. */
export interface Proof {
  /** Relative to the clone, with forward slashes. */
  readonly file: string;
  /** The titles from the outermost `describe` on. */
  readonly name: string;
  readonly passed: boolean;
  /** This machine lacks what it needs, such as a Postgres server. */
  readonly skipped?: boolean;
}

/** What is read of the JSON report of vitest. */
export interface VitestReport {
  readonly testResults: ReadonlyArray<{
    readonly name: string;
    readonly assertionResults: ReadonlyArray<{
      readonly ancestorTitles: readonly string[];
      readonly title: string;
      readonly status: string;
    }>;
  }>;
}

interface Suite {
  readonly title: string;
  readonly specs: ReadonlyArray<{ readonly title: string; readonly file: string; readonly ok: boolean }>;
  readonly suites?: readonly Suite[];
}

/** What is read of the JSON report of Playwright. */
export interface PlaywrightReport {
  readonly suites: readonly Suite[];
}

/** @param root the clone, absolute */
export function vitestProofs({ testResults }: VitestReport, root: string): Proof[] {
  return testResults.flatMap(({ name: file, assertionResults }) =>
    assertionResults.map(({ ancestorTitles, title, status }) => ({
      file: relative(root, file).split(sep).join('/'),
      name: [...ancestorTitles, title].join(' > '),
      passed: status === 'passed',
      ...((status === 'skipped' || status === 'pending') && { skipped: true }),
    })),
  );
}

/** @param folder of its tests, relative to the clone */
export function playwrightProofs({ suites }: PlaywrightReport, folder: string): Proof[] {
  return suites.flatMap((suite) => ofSuite(suite, folder, []));
}

/** The outermost suite is the file. */
function ofSuite({ specs, suites = [] }: Suite, folder: string, above: readonly string[]): Proof[] {
  const here = specs.map(({ title, file, ok }) => ({
    file: `${folder}/${file}`,
    name: [...above, title].join(' > '),
    passed: ok,
  }));
  return [...here, ...suites.flatMap((suite) => ofSuite(suite, folder, [...above, suite.title]))];
}
