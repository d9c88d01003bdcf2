import { expect, it } from 'vitest';
import type { StoredBatch, StoredItem } from '#lib/store/batch-store.ts';
import { resultsCsv, resultsJsonl, resultsName } from './batch-results.ts';

const stages = [
  { name: 'first', template: '{{item}}', model: 'm' },
  { name: 'second', template: '{{stage.first}}', model: 'm' },
];
const batch = { stages } as StoredBatch;
const output = (text: string) => ({ text, finish: 'stop' as const, model: 'm', tokensIn: 1, tokensOut: 2 });

function item(index: number, given: Partial<StoredItem>): StoredItem {
  return {
    ...{ index, customId: null, state: 'done', stage: 1, attempts: 1, strikes: 0, outputs: [] },
    ...{ input: { kind: 'variables', variables: { item: `text ${index}`, city: 'Ulm' } } },
    ...{ code: null, message: null, tokensIn: 1, tokensOut: 2, startedAt: 1, endedAt: 2 },
    ...given,
  };
}

async function* all() {
  yield item(0, { outputs: [output('one'), output('two')] });
  const half = { ...output('half an ans'), finish: null, isPartial: true as const };
  yield item(1, { state: 'cancelled', outputs: [output('one'), half] });
  yield item(2, { state: 'cancelled', stage: 0 });
  yield item(3, { state: 'waiting', outputs: [output('one'), half] });
}

async function textOf(pieces: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const piece of pieces) text += piece;
  return text;
}

it('[H66] a line of JSON has the number that people see, and half an answer apart from whole ones', async () => {
  const lines = (await textOf(resultsJsonl(batch, all()))).trimEnd().split('\n');
  const read = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(read.map((line) => [line.item, line.state, line.outputs, line.partial])).toEqual([
    [1, 'done', { first: 'one', second: 'two' }, null],
    [2, 'cancelled', { first: 'one' }, { second: 'half an ans' }],
    [3, 'cancelled', {}, null],
    [4, 'waiting', { first: 'one' }, null],
  ]);
  expect(read[0]).not.toHaveProperty('index');
});

it('[H66] a row of the csv too, and a variable never has the name of a column of ours', async () => {
  const rows = (await textOf(resultsCsv(batch, all(), ['item', 'city']))).split('\r\n');
  expect(rows[0]).toBe(
    '\ufeffitem,custom_id,state,input.item,city,stage.first,stage.second,partial,error,message,attempts,tokens_in,tokens_out',
  );
  expect(rows[1]).toBe('1,,done,text 0,Ulm,one,two,,,,1,1,2');
  expect(rows[2]).toBe('2,,cancelled,text 1,Ulm,one,,half an ans,,,1,1,2');
  const names = (rows[0] ?? '').split(',');
  expect(new Set(names).size).toBe(names.length);
});

it.each([
  ['Reviews of May', 'Reviews-of-May-2026-11-21.csv'],
  ['reviews.csv', 'reviews-2026-11-21.csv'],
  ['../../etc/passwd', 'etc-passwd-2026-11-21.csv'],
  ['Übersicht 東京 "a"\r\nX-Evil: 1', 'Übersicht-東京-a-X-Evil-1-2026-11-21.csv'],
  ['💥\ud800', 'batch-2026-11-21.csv'],
  ['...', 'batch-2026-11-21.csv'],
])('[H67] the download of a batch named %j is a file that every system takes', (name, expected) => {
  expect(resultsName({ name, createdAt: Date.UTC(2026, 10, 21, 23) }, 'csv')).toBe(expected);
});
