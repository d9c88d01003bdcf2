import { describe, expect, it } from 'vitest';
import { memoryFileStore } from '#lib/store/memory-file-store.ts';
import type { BatchFormat, BatchProblem } from '#lib/wire/batch.ts';
import { bytes } from './batch-fixture.ts';
import { readItems } from './batch-read.ts';
import { takeIn } from './batch-upload.ts';

async function read(format: BatchFormat, text: string | Uint8Array, size = 7) {
  const items: unknown[] = [];
  const problems: BatchProblem[] = [];
  const source = typeof text === 'string' ? bytes(text, size) : one(text);
  for await (const each of readItems(format, source)) {
    if (each.kind === 'problem') problems.push(each.problem);
    if (each.kind === 'item')
      items.push(each.item.input.kind === 'variables' ? each.item.input.variables : each.item.customId);
  }
  return { items, problems };
}

async function* one(piece: Uint8Array) {
  yield piece;
}

const places = (problems: readonly BatchProblem[]) => problems.map(({ line, column }) => [line, column]);
const request = (
  customId: string,
  body: unknown = { model: 'm', messages: [{ role: 'user', content: 'hi' }] },
) => JSON.stringify({ custom_id: customId, method: 'POST', url: '/v1/chat/completions', body });

describe('lines', () => {
  it('[J34] are items, whatever ends them; empty ones are none', async () => {
    const { items, problems } = await read('lines', '\ufeffone\r\n\r\n  two 😀  \n\nthree');
    expect(items).toEqual([{ item: 'one' }, { item: 'two 😀' }, { item: 'three' }]);
    expect(problems).toEqual([]);
  });

  it('[J34] that are too long or not UTF-8 are named, and held by nobody', async () => {
    const long = `ok\n${'x'.repeat(4_000_001)}\nok`;
    expect(places((await read('lines', long, 65_536)).problems)).toEqual([[2, null]]);
    const { items, problems } = await read('lines', Uint8Array.from([111, 107, 10, 0xff, 10, 111]));
    expect(items).toHaveLength(2);
    expect(places(problems)).toEqual([[2, null]]);
  });
});

describe('csv', () => {
  it('[J35] has a BOM, quotes, CRLF and line breaks in fields, and its columns by name', async () => {
    const text = '\ufeffname, text\r\n"Ann ""A"" Ash","two\r\nlines, one field"\r\nBert,"x"\r\n';
    const { items, problems } = await read('csv', text, 3);
    expect(problems).toEqual([]);
    expect(items).toEqual([
      { name: 'Ann "A" Ash', text: 'two\r\nlines, one field' },
      { name: 'Bert', text: 'x' },
    ]);
  });

  it.each([
    ['semicolons', 'name;text\r\n"Ann; A";a, b\r\n'],
    ['tabs', 'name\ttext\n"Ann; A"\ta, b\n'],
    ['commas', '"na;m;e",text\n"Ann; A","a, b"\n'],
  ])('[J35] may have %s between its fields', async (_, text) => {
    const { items, problems } = await read('csv', text, 3);
    expect(problems).toEqual([]);
    expect(items.map((item) => Object.values(item ?? {}))).toEqual([['Ann; A', 'a, b']]);
  });

  it('[J35] rows of another width, double and nameless columns are named with their place', async () => {
    const ragged = await read('csv', 'a,b\n1,2\n"x\ny",2,3\n4\n5,6\n');
    expect(ragged.items).toHaveLength(2);
    expect(places(ragged.problems)).toEqual([
      [3, 3],
      [5, 2],
    ]);
    const header = await read('csv', 'a,,a\n1,2,3\n');
    expect(places(header.problems)).toEqual([
      [1, 2],
      [1, 3],
    ]);
    expect(header.problems[1]?.message).toContain('“a”');
  });

  it('[J35] quotes that do not fit are named once, where they stand', async () => {
    const closed = await read('csv', 'a\n"x"y\nz\n');
    expect(places(closed.problems)).toEqual([[2, 1]]);
    const inside = await read('csv', 'a,b\nx"y,2\n1,2\n');
    expect(places(inside.problems)).toEqual([[2, 1]]);
    expect(inside.items).toEqual([{ a: '1', b: '2' }]);
    const open = await read('csv', 'a\nok\n"never closed\nz\n');
    expect(open.problems).toMatchObject([{ line: 3, message: expect.stringContaining('Close the quote') }]);
    expect((await read('csv', Uint8Array.from([97, 10, 0xff, 10]))).problems[0]?.message).toContain('UTF-8');
  });
});

describe('jsonl', () => {
  it('[J36] names line and column of what is not JSON, and the field that is wrong', async () => {
    const text = [
      request('a'),
      '{"custom_id": oops}',
      request('a'),
      request('b', { model: 'm', messages: [] }),
      request('c', { model: 'm', messages: [{ role: 'tool', content: 'x' }] }),
      request('d', { model: 'm', messages: [{ role: 'user', content: [{ type: 'image_url' }] }] }),
      '[]',
      '',
      request('e').replace('POST', 'GET'),
      request('f', { model: 'm', stream: true, messages: [{ role: 'user', content: 'x' }] }),
      request('g', { model: 'm', messages: [{ role: 'user', content: [{ type: 'text', text: 'x' }] }] }),
      request('nul \0'),
      request('half \ud800'),
    ].join('\n');
    const { items, problems } = await read('jsonl', text, 64);
    expect(items).toEqual(['a', 'g']);
    expect(problems.map(({ line }) => line)).toEqual([2, 3, 4, 5, 6, 7, 9, 10, 12, 13]);
    expect(problems[0]?.column).toBe(15);
    expect(problems[1]?.message).toContain('line 1');
    expect(problems[3]?.message).toContain('body.messages[0]');
    for (const { message } of problems.slice(-2)) expect(message).toContain('custom_id');
  });
});

describe('an upload', () => {
  const upload = (text: string, format: BatchFormat = 'lines') => ({
    ...{ userId: 'anna', id: crypto.randomUUID(), name: 'f', purpose: 'upload' as const, format },
    content: bytes(text),
  });

  it('[J37] leaves nothing behind when it is bad, and reports a hundred problems of all', async () => {
    const files = memoryFileStore();
    const text = `a,b\n${'1\n'.repeat(150)}`;
    const taken = await takeIn(upload(text, 'csv'), files);
    if (!('problems' in taken)) throw new Error('it was bad');
    expect(taken.problems.count).toBe(150);
    expect(taken.problems.problems).toHaveLength(100);
    const left = files.drop(() => true);
    expect(left).toBe(0);
  });

  it('[J35] [J37] is measured by column, whatever those are named', async () => {
    const csv = 'constructor,__proto__,toString\nab,c,d\nef,g,\n';
    const taken = await takeIn(upload(csv, 'csv'), memoryFileStore());
    if (!('file' in taken)) throw new Error('it was good');
    expect(Object.entries(taken.file.facts.units)).toEqual([
      ['constructor', 4],
      ['__proto__', 2],
      ['toString', 1],
    ]);
  });

  it('[J37] is refused when the files of its person take up too much', async () => {
    const files = { ...memoryFileStore(), used: async () => 2 * 1024 ** 3 };
    await expect(takeIn(upload('x'), files)).rejects.toMatchObject({ code: 'too_long' });
  });

  it('[J37] is refused when others that come at once have taken the room', async () => {
    const memory = memoryFileStore();
    const room = 700_000;
    const elsewhere = 2 * 1024 ** 3 - room;
    const files = { ...memory, used: async (user: string) => elsewhere + (await memory.used(user)) };
    const text = `${'x'.repeat(59)}\n`.repeat(10_000);
    const ends = await Promise.allSettled([1, 2, 3].map(() => takeIn(upload(text), files)));
    expect(ends.map(({ status }) => status)).toContain('rejected');
    expect(await memory.used('anna')).toBeLessThanOrEqual(room);
  });

  it('[J37] is refused beyond 50,000 items, and when there are none', async () => {
    const many = await takeIn(upload('x\n'.repeat(50_001)), memoryFileStore());
    expect(many).toMatchObject({
      problems: { count: 1, problems: [{ message: expect.stringContaining('50,000') }] },
    });
    expect(await takeIn(upload('\n\n'), memoryFileStore())).toMatchObject({ problems: { count: 1 } });
    expect(await takeIn(upload('x\n'.repeat(50_000)), memoryFileStore())).toMatchObject({
      file: { facts: { total: 50_000, units: { item: 50_000 } } },
    });
  });
});

it('[J86] a row of spaces is as empty as one of nothing, in any place', async () => {
  const { items, problems } = await read('csv', '   \na,b\n  \n1,2\n \t \n\n3,4\n   ');
  expect(problems).toEqual([]);
  expect(items).toEqual([
    { a: '1', b: '2' },
    { a: '3', b: '4' },
  ]);
});

it('[J86] a request without custom_id is named with its line, and what to do', async () => {
  const without = JSON.stringify({ ...JSON.parse(request('x')), custom_id: undefined });
  const { problems } = await read('jsonl', [request('a'), without, request('b'), request('')].join('\n'));
  expect(places(problems)).toEqual([
    [2, null],
    [4, null],
  ]);
  for (const { message } of problems) expect(message).toMatch(/has no `custom_id`\. Give every line one/);
});
