import { groups, type Row } from './catalogue.ts';
import type { Proof } from './reports.ts';

export interface Table {
  /** Markdown; the same for the same results, on any machine. */
  readonly text: string;
  /** What keeps it from being whole, one line each. */
  readonly problems: readonly string[];
  /** How many tests that prove something did not run on this machine. */
  readonly skipped: number;
}

/** Which test proves which row: those with `[F<row>]` in their names. */
export function faultTable(catalogue: readonly Row[], proofs: readonly Proof[]): Table {
  const byRow = new Map<number, Proof[]>(catalogue.map(({ row }) => [row, []]));
  const strays: string[] = [];
  for (const proof of proofs) {
    for (const row of rowsOf(proof.name)) {
      const found = byRow.get(row);
      if (found) found.push(proof);
      else strays.push(`${proof.file} "${proof.name}" names F${row}, which is not in the catalogue.`);
    }
  }
  const judged = catalogue.map((row) => ({ ...row, proofs: byRow.get(row.row) ?? [] }));
  const skipped = new Set(judged.flatMap(({ proofs }) => proofs.filter((proof) => proof.skipped)));
  return {
    text: markdown(judged),
    problems: [...judged.flatMap(problemsOf), ...strays.sort()],
    skipped: skipped.size,
  };
}

interface Judged extends Row {
  readonly proofs: readonly Proof[];
}

function rowsOf(name: string): Set<number> {
  return new Set([...name.matchAll(/\[F(\d+)\]/g)].map(([, row]) => Number(row)));
}

function problemsOf({ row, left, proofs }: Judged): string[] {
  if (left !== undefined && proofs.length > 0) return [`F${row} is left out and has tests: one is wrong.`];
  if (left !== undefined) return [];
  if (proofs.length === 0) return [`F${row} has neither a test nor a reason to be left out.`];
  return proofs
    .filter(({ passed, skipped }) => !passed && !skipped)
    .map(({ file, name }) => `F${row}: ${file} "${name}" did not pass.`);
}

const intro = `# The fault catalogue

Made by \`npm test\` from \`catalogue.ts\` and the names of the tests that ran; do not edit. \`[F12]\` in the name of a test
says that it proves row 12. Every fault ends with the invariants of \`invariants.ts\`.
`;

function markdown(rows: readonly Judged[]): string {
  const left = rows.filter((row) => row.left !== undefined).length;
  const count = `${rows.length} rows: ${rows.length - left} proven by tests, ${left} left out.`;
  const sections = Object.entries(groups).map(([group, title]) => {
    const lines = rows
      .filter((row) => row.group === group)
      .sort((a, b) => a.row - b.row)
      .map(line);
    return ['', `## ${group}. ${title}`, '', ...head, ...lines].join('\n');
  });
  return `${intro}\n${count}\n${sections.join('\n')}\n`;
}

const head = ['| row | priority | claim | tests | result |', '| --- | --- | --- | --- | --- |'];

function line(row: Judged): string {
  const cells = [`F${row.row}`, row.priority, row.claim, tests(row.proofs), result(row)];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function result({ left, proofs }: Judged): string {
  if (left !== undefined) return `left out: ${left}`;
  if (proofs.length === 0) return 'nothing proves it';
  return proofs.every(({ passed }) => passed) ? 'passed' : 'failed';
}

/** As many as a reader wants to see of one file; tables of cases have dozens. */
const shownPerFile = 3;

function tests(proofs: readonly Proof[]): string {
  const files = Map.groupBy(proofs, ({ file }) => file);
  return [...files.keys()]
    .sort()
    .map((file) => {
      const names = [...new Set(files.get(file)?.map(({ name }) => plain(name)))].sort();
      const more = names.length - shownPerFile;
      return `\`${file}\`: ${names.slice(0, shownPerFile).join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
    })
    .join('<br>');
}

/** A test's name without tags and without what differs from run to run, safe inside a cell. */
function plain(name: string): string {
  return name
    .replaceAll(/\s*\((?:seed \S+?|\d+ seeds)\)/g, '')
    .replaceAll(/\b\d+ seeds\b/g, 'seeds')
    .replaceAll(/\[[A-Z]\d+\]/g, '')
    .replaceAll(/[<>`*_\\]/g, (sign) => `\\${sign}`)
    .replaceAll(/\s+/g, ' ')
    .trim();
}
