import type { NewItem } from '#lib/store/batch-store.ts';
import { type BatchFormat, type BatchProblem, batchLimits } from '#lib/wire/batch.ts';
import { bodyProblem, isRecord, promptOf } from './batch-request.ts';
import { type CsvRow, csvRows } from './csv-rows.ts';
import { type Line, linesOf } from './text-lines.ts';

/** What a file says, piece by piece: its columns first, if they come from it, then items and what is wrong. */
export type Read =
  | { kind: 'columns'; columns: string[] }
  | { kind: 'item'; item: NewItem }
  | { kind: 'problem'; problem: BatchProblem };

const EXCERPT = 240;
const BYTES_PER_UNIT = 4;

/** Reads a file of any size in bounded memory. Items are counted from 0; what is wrong is told, never thrown. */
export function readItems(format: BatchFormat, source: AsyncIterable<Uint8Array>): AsyncGenerator<Read> {
  if (format === 'csv') return readCsv(source);
  const lines = linesOf(source, batchLimits.itemLength * BYTES_PER_UNIT);
  return format === 'lines' ? readLines(lines) : readRequests(lines);
}

async function* readLines(lines: AsyncIterable<Line>): AsyncGenerator<Read> {
  let index = 0;
  for await (const line of lines) {
    const text = line.text?.trim();
    if (text === '') continue;
    const problem = text === undefined ? lineFault(line) : lengthFault(line.line, text.length);
    if (problem !== null || text === undefined) yield wrong(problem ?? lineFault(line));
    else yield variables(index++, { item: text }, text);
  }
}

async function* readCsv(source: AsyncIterable<Uint8Array>): AsyncGenerator<Read> {
  let columns: string[] | null = null;
  let index = 0;
  for await (const row of csvRows(source, batchLimits.itemLength)) {
    if (!('fields' in row)) yield wrong(row);
    else if (isBlank(row)) continue;
    else if (columns === null) {
      columns = row.fields.map((name) => name.trim());
      yield { kind: 'columns', columns };
      yield* headerFaults(columns).map(wrong);
    } else if (row.fields.length !== columns.length) yield wrong(ragged(row, columns));
    else
      yield variables(
        index++,
        Object.fromEntries(columns.map((name, at) => [name, row.fields[at] ?? ''])),
        row.fields.join(', '),
      );
  }
}

/** A row of spaces is as empty as one of nothing. */
function isBlank({ fields }: CsvRow): boolean {
  return fields.length === 1 && fields[0]?.trim() === '';
}

function headerFaults(columns: readonly string[]): BatchProblem[] {
  return columns.flatMap((name, at) => {
    const place = { line: 1, column: at + 1 };
    if (name === '') return [{ ...place, message: 'This column has no name. Give it one in the first row.' }];
    if (columns.indexOf(name) < at)
      return [{ ...place, message: `There are two columns named ${quoted(name)}. Rename one.` }];
    return [];
  });
}

function ragged({ line, fields }: CsvRow, columns: readonly string[]): BatchProblem {
  const message = `This row has ${fields.length} ${fields.length === 1 ? 'field' : 'fields'}, the first row names ${columns.length}. Quote fields that hold commas.`;
  return { line, column: Math.min(fields.length, columns.length) + 1, message };
}

async function* readRequests(lines: AsyncIterable<Line>): AsyncGenerator<Read> {
  const seen = new Map<string, number>();
  let index = 0;
  for await (const line of lines) {
    if (line.text !== null && line.text.trim() === '') continue;
    const request = line.text === null ? lineFault(line) : requestOn(line.line, line.text);
    if ('message' in request) {
      yield wrong(request);
      continue;
    }
    const before = seen.get(request.customId);
    if (before !== undefined) {
      const message = `custom_id ${quoted(request.customId)} stands in line ${before} already. Each needs its own.`;
      yield wrong({ line: line.line, column: null, message });
      continue;
    }
    seen.set(request.customId, line.line);
    const input = { kind: 'request' as const, body: request.body };
    const excerpt = promptOf(request.body).slice(0, EXCERPT);
    yield { kind: 'item', item: { index: index++, customId: request.customId, input, excerpt } };
  }
}

/** A request, or what is wrong with its line. */
function requestOn(
  line: number,
  text: string,
): BatchProblem | { customId: string; body: Record<string, unknown> } {
  const at = (message: string): BatchProblem => ({ line, column: null, message });
  const long = lengthFault(line, text.length);
  if (long !== null) return long;
  const parsed = parseJson(text);
  if (!parsed.ok)
    return { line, column: parsed.column, message: 'This line is not JSON. Each line is one request.' };
  const request = parsed.value;
  if (!isRecord(request)) return at('This line must be an object with custom_id, method, url and body.');
  const { custom_id: customId, method, url, body } = request;
  if (customId === undefined || customId === null || customId === '')
    return at(
      'This request has no `custom_id`. Give every line one of its own, as in "custom_id": "request-1".',
    );
  if (typeof customId !== 'string' || customId.length > 512)
    return at('`custom_id` must be a text of at most 512 characters, in quotes.');
  if (customId.includes('\0') || !customId.isWellFormed())
    return at('`custom_id` must be whole characters, without NUL (\\u0000).');
  if (method !== 'POST') return at('`method` must be "POST".');
  if (url !== '/v1/chat/completions') return at('`url` must be "/v1/chat/completions".');
  const problem = bodyProblem(body);
  if (problem !== null || !isRecord(body)) return at(problem ?? '');
  return { customId, body };
}

function parseJson(text: string): { ok: true; value: unknown } | { ok: false; column: number | null } {
  try {
    return { ok: true, value: JSON.parse(text) as unknown };
  } catch (error) {
    return { ok: false, column: columnOf(error, text) };
  }
}

/** Longer lines are not looked through for the place. */
const SEARCHED_UNITS = 100_000;

/** Where a text stops being JSON, from 1. The engine does not always say: then it is the shortest beginning it refuses. */
function columnOf(error: unknown, text: string): number | null {
  const named = positionIn(error);
  if (named !== null) return named + 1;
  if (text.length > SEARCHED_UNITS) return null;
  let [good, bad] = [0, text.length];
  while (good + 1 < bad) {
    const middle = (good + bad) >> 1;
    if (mayGoOn(text.slice(0, middle))) good = middle;
    else bad = middle;
  }
  return bad;
}

function mayGoOn(beginning: string): boolean {
  try {
    JSON.parse(beginning);
    return true;
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    const at = positionIn(error);
    return /Unexpected end|Unterminated/.test(message) || (at !== null && at >= beginning.length);
  }
}

function positionIn(error: unknown): number | null {
  const place = /position (\d+)/.exec(error instanceof Error ? error.message : '');
  return place === null ? null : Number(place[1]);
}

function variables(index: number, values: Record<string, string>, text: string): Read {
  const input = { kind: 'variables' as const, variables: values };
  return { kind: 'item', item: { index, customId: null, input, excerpt: text.slice(0, EXCERPT) } };
}

function lineFault({ line, fault }: Line): BatchProblem {
  const message =
    fault === 'not-utf8'
      ? 'This line is not UTF-8. Save the file as UTF-8.'
      : 'This line is too long. Shorten it.';
  return { line, column: null, message };
}

function lengthFault(line: number, length: number): BatchProblem | null {
  if (length <= batchLimits.itemLength) return null;
  return { line, column: batchLimits.itemLength + 1, message: 'This line is too long. Shorten it.' };
}

function wrong(problem: BatchProblem): Read {
  return { kind: 'problem', problem };
}

function quoted(name: string): string {
  return `“${name.slice(0, 80)}”`;
}
