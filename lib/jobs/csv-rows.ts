import { Readable } from 'node:stream';
import { type CsvError, type Info, parse } from 'csv-parse';
import type { BatchProblem } from '#lib/wire/batch.ts';

export interface CsvRow {
  /** The line it begins in, from 1. */
  line: number;
  fields: string[];
}

const sentences: Readonly<Record<string, string>> = {
  CSV_INVALID_CLOSING_QUOTE:
    'Text follows a closing quote, and nothing behind it could be read. Double the quotes inside of a quoted field.',
  CSV_QUOTE_NOT_CLOSED: 'This quoted field has no end. Close the quote.',
  INVALID_OPENING_QUOTE:
    'A quote stands in the middle of a field. Quote the whole field and double the quotes inside.',
  CSV_MAX_RECORD_SIZE: 'This row is too long; a quote may be open. Close it, or shorten the row.',
};

const confusing = ['CSV_INVALID_CLOSING_QUOTE', 'CSV_MAX_RECORD_SIZE'];

const separators = [',', ';', '\t'];

/**
 * Rows of a csv as RFC 4180 has it (quotes, line breaks in quoted fields, CRLF or LF, a BOM), as they come; rows that cannot be
 * read as problems in between. Between fields stand commas, or what the first row has most of: semicolons or tabs.
 */
export async function* csvRows(
  source: AsyncIterable<Uint8Array>,
  mostUnits: number,
): AsyncGenerator<CsvRow | BatchProblem> {
  const faults: BatchProblem[] = [];
  // Behind a quote that went wrong the parser cannot tell rows from fields any more.
  let lostIn = Number.POSITIVE_INFINITY;
  let behind = 1;
  const pieces = source[Symbol.asyncIterator]();
  const start = await startOf(pieces);
  const parser = parse({
    bom: true,
    delimiter: separatorOf(start.toString('latin1')),
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    max_record_size: mostUnits,
    on_skip: (error) => {
      if (error === undefined || lostIn < Number.POSITIVE_INFINITY) return undefined;
      const fault = problemOf(error);
      faults.push(fault);
      if (confusing.includes(error.code)) lostIn = fault.line ?? 0;
      return undefined;
    },
  });
  const rows = Readable.from(utf8(joined(start, pieces)), { objectMode: false }).on('error', (error) =>
    parser.destroy(error),
  );
  try {
    for await (const { record, info } of rows.pipe(parser) as AsyncIterable<Parsed>) {
      const breaks = record.reduce((sum, field) => sum + field.split('\n').length - 1, 0);
      const line = Math.max(1, info.lines - breaks);
      if (line > lostIn) continue;
      // The parser is some rows ahead.
      while ((faults[0]?.line ?? Number.POSITIVE_INFINITY) < line) yield* faults.splice(0, 1);
      behind = info.lines + 1;
      yield { line, fields: record };
    }
  } catch (error) {
    if (isCsvError(error)) faults.push(problemOf(error));
    else if (error instanceof NotUtf8) faults.push({ line: null, column: null, message: error.message });
    else throw error;
  }
  yield* faults.map((fault) => ({ ...fault, line: fault.line ?? behind }));
}

/** Bytes in which the first row is looked for. */
const START = 64 * 1024;

/** The first pieces of the file, up to the one in which a row ends. */
async function startOf(pieces: AsyncIterator<Uint8Array>): Promise<Buffer> {
  let start: Buffer = Buffer.alloc(0);
  while (start.length < START && !start.includes('\n')) {
    const piece = await pieces.next();
    if (piece.done) break;
    start = Buffer.concat([start, piece.value]);
  }
  return start;
}

/** @param start the beginning of the file, with its first row or most of it */
function separatorOf(start: string): string {
  const [row = ''] = start.replaceAll(/"[^"]*"?/g, '').split(/\r|\n/, 1);
  const count = (separator: string) => row.split(separator).length;
  return separators.reduce((best, next) => (count(next) > count(best) ? next : best));
}

async function* joined<T>(start: T, rest: AsyncIterator<T>): AsyncGenerator<T> {
  try {
    yield start;
    for (let piece = await rest.next(); !piece.done; piece = await rest.next()) yield piece.value;
  } finally {
    await rest.return?.();
  }
}

interface Parsed {
  record: string[];
  info: Info;
}

class NotUtf8 extends Error {}

/** @throws NotUtf8 */
async function* utf8(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const check = (chunk?: Uint8Array) => {
    try {
      decoder.decode(chunk, { stream: chunk !== undefined });
    } catch (cause) {
      throw new NotUtf8('The file is not UTF-8. Save it as UTF-8.', { cause });
    }
  };
  for await (const chunk of source) {
    check(chunk);
    yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  }
  check();
}

function isCsvError(error: unknown): error is CsvError {
  return error instanceof Error && 'code' in error && /^(CSV_|INVALID_)/.test(String(error.code));
}

function problemOf(error: CsvError): BatchProblem {
  const { code } = error;
  const { lines, index, column } = error as CsvError & { lines?: number; index?: number; column?: unknown };
  const field = typeof column === 'number' ? column : index;
  // A quote that stays open is told of at the end of the file: it stands in the first row that was not read.
  const isKnown = typeof lines === 'number' && code !== 'CSV_QUOTE_NOT_CLOSED';
  return {
    line: isKnown ? lines : null,
    column: typeof field === 'number' ? field + 1 : null,
    message: sentences[code] ?? 'This row cannot be read as csv. Look at its quotes and commas.',
  };
}
