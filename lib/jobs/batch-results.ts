import { isVoid, type StoredBatch, type StoredItem, wholeOutputs } from '#lib/store/batch-store.ts';
import { itemSentence } from '#lib/wire/batch.ts';

/** Characters of one piece of a download. */
const PIECE = 64 * 1024;
const BOM = '\ufeff';

/**
 * An item a line, with its number as people see it, its input, the outputs of all stages that are done, what had come of one
 * that was cancelled, and why it failed.
 */
export async function* resultsJsonl(
  { stages }: StoredBatch,
  items: AsyncIterable<StoredItem>,
): AsyncGenerator<string> {
  yield* pieces(items, (item) => {
    const { index, customId, state, attempts, input, tokensIn, tokensOut } = item;
    const asked = input.kind === 'variables' ? { variables: input.variables } : { body: input.body };
    const ids = { item: index + 1, custom_id: customId, state, attempts };
    const named = (outputs: readonly (readonly [number, string])[]) =>
      Object.fromEntries(outputs.map(([at, text]) => [stages[at]?.name ?? String(at), text]));
    const outputs = named(wholeOutputs(item.outputs).map(({ text }, at) => [at, text]));
    const half = partialOf(item);
    const partial = half === null ? null : named([[item.outputs.length - 1, half]]);
    const line = { ...ids, ...asked, outputs, partial, error: errorOf(item), usage: { tokensIn, tokensOut } };
    return `${JSON.stringify(line)}\n`;
  });
}

/**
 * For spreadsheets: UTF-8 with a BOM, CRLF, and no cell that one of them would take for a formula. `item` is its number as
 * people see it; a variable whose name is taken by a column of ours is `input.<name>`.
 */
export async function* resultsCsv(
  { stages }: StoredBatch,
  items: AsyncIterable<StoredItem>,
  columns: readonly string[],
): AsyncGenerator<string> {
  const own = ['item', 'custom_id', 'state'];
  const ends = ['partial', 'error', 'message', 'attempts', 'tokens_in', 'tokens_out'];
  const outputs = stages.map(({ name }) => `stage.${name}`);
  const taken = new Set([...own, ...outputs, ...ends]);
  const variables = columns.map((name) => (taken.has(name) ? `input.${name}` : name));
  yield BOM + row([...own, ...variables, ...outputs, ...ends]);
  yield* pieces(items, (item) => {
    const { index, customId, state, input, attempts, tokensIn, tokensOut } = item;
    const values = columns.map((name) => (input.kind === 'variables' ? (input.variables[name] ?? '') : ''));
    const whole = wholeOutputs(item.outputs);
    const texts = stages.map((_, at) => whole[at]?.text ?? '');
    const error = errorOf(item);
    const last = [partialOf(item) ?? '', error?.code ?? '', error?.message ?? ''];
    return row([
      ...[index + 1, customId ?? '', state],
      ...[...values, ...texts, ...last],
      ...[attempts, tokensIn, tokensOut],
    ]);
  });
}

/** What had come when it was cancelled. */
function partialOf(item: StoredItem): string | null {
  const last = item.outputs.at(-1);
  return last?.isPartial === true && !isVoid(item) ? last.text : null;
}

/** `Reviews-2026-11-21.jsonl`: letters and digits of any script, and nothing that a file system or a shell minds. */
export function resultsName(
  { name, createdAt }: Pick<StoredBatch, 'name' | 'createdAt'>,
  format: string,
): string {
  const plain = name
    .toWellFormed()
    .replace(/\.(csv|tsv|jsonl|ndjson|txt)$/i, '')
    .replace(/[^\p{L}\p{N}._-]+/gu, '-')
    .slice(0, 80)
    .toWellFormed()
    .replace(/^[-.\ufffd]+|[-.\ufffd]+$/g, '');
  return `${plain || 'batch'}-${new Date(createdAt).toISOString().slice(0, 10)}.${format}`;
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
