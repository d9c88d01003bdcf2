import type { StoredBatch, StoredItem } from '#lib/store/batch-store.ts';
import { itemSentence } from '#lib/wire/batch.ts';

/** Characters of one piece of a download. */
const PIECE = 64 * 1024;
const BOM = '\ufeff';

/** An item a line, with its input, the outputs of all stages, and why it failed. */
export async function* resultsJsonl(
  { stages }: StoredBatch,
  items: AsyncIterable<StoredItem>,
): AsyncGenerator<string> {
  yield* pieces(items, (item) => {
    const { index, customId, state, attempts, input, outputs, tokensIn, tokensOut } = item;
    const named = Object.fromEntries(outputs.map(({ text }, at) => [stages[at]?.name ?? String(at), text]));
    const asked = input.kind === 'variables' ? { variables: input.variables } : { body: input.body };
    const ids = { index, custom_id: customId, state, attempts };
    const line = { ...ids, ...asked, outputs: named, error: errorOf(item), usage: { tokensIn, tokensOut } };
    return `${JSON.stringify(line)}\n`;
  });
}

/** For spreadsheets: UTF-8 with a BOM, CRLF, and no cell that one of them would take for a formula. */
export async function* resultsCsv(
  { stages }: StoredBatch,
  items: AsyncIterable<StoredItem>,
  columns: readonly string[],
): AsyncGenerator<string> {
  const head = ['index', 'custom_id', 'state', ...columns, ...stages.map(({ name }) => `stage.${name}`)];
  yield BOM + row([...head, 'error', 'message', 'attempts', 'tokens_in', 'tokens_out']);
  yield* pieces(items, (item) => {
    const { index, customId, state, input, outputs, attempts, tokensIn, tokensOut } = item;
    const values = columns.map((name) => (input.kind === 'variables' ? (input.variables[name] ?? '') : ''));
    const texts = stages.map((_, at) => outputs[at]?.text ?? '');
    const error = errorOf(item);
    const ends = [error?.code ?? '', error?.message ?? '', attempts, tokensIn, tokensOut];
    return row([index, customId ?? '', state, ...values, ...texts, ...ends]);
  });
}

function errorOf({ state, code, message }: StoredItem): { code: string; message: string } | null {
  if (state !== 'failed') return null;
  const why = code ?? 'server_error';
  return { code: why, message: message ?? itemSentence(why) };
}

async function* pieces(
  items: AsyncIterable<StoredItem>,
  line: (item: StoredItem) => string,
): AsyncGenerator<string> {
  let waiting = '';
  for await (const item of items) {
    waiting += line(item);
    if (waiting.length < PIECE) continue;
    yield waiting;
    waiting = '';
  }
  if (waiting !== '') yield waiting;
}

function row(cells: readonly (string | number)[]): string {
  return `${cells.map(cell).join(',')}\r\n`;
}

const looksLikeFormula = /^[=+\-@\t\r]/;
const isNumber = /^[-+]?\d+([.,]\d+)?$/;

function cell(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const safe = looksLikeFormula.test(value) && !isNumber.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
