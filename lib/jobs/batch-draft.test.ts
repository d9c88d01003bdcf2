import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { memoryFileStore } from '#lib/store/memory-file-store.ts';
import { scriptedModels } from '#lib/upstream/scripted-model.ts';
import type { BatchFormat } from '#lib/wire/batch.ts';
import { draftProblems, previewOf } from './batch-draft.ts';
import { anna, bytes, stage } from './batch-fixture.ts';
import { takeIn } from './batch-upload.ts';

const models = scriptedModels('test/model');

async function fileOf(format: BatchFormat, text: string) {
  const file = { userId: anna, id: randomUUID(), name: 'f', purpose: 'upload', format } as const;
  const taken = await takeIn({ ...file, content: bytes(text) }, memoryFileStore());
  if ('problems' in taken) throw new Error('it was good');
  return taken.file;
}

const request = (id: string, model: string) =>
  JSON.stringify({
    ...{ custom_id: id, method: 'POST', url: '/v1/chat/completions' },
    body: { model, messages: [{ role: 'user', content: 'hi' }] },
  });

it('[J85] a model that nobody offers is named before the start: of a stage, and of requests in a file', async () => {
  const lines = await fileOf('lines', 'one\ntwo');
  const ofStage = draftProblems(lines, [stage({ model: 'test/gone' })], models);
  expect(ofStage?.problems).toMatchObject([
    { stage: 'answer', message: expect.stringContaining('“test/gone”') },
  ]);
  const ids = ['test/model', 'gpt-9', 'gpt-9', 'gpt-8'];
  const file = await fileOf('jsonl', ids.map((model, at) => request(String(at), model)).join('\n'));
  const asItStands = stage({ template: null, model: null });
  const found = draftProblems(file, [asItStands], models)?.problems.map(({ message }) => message);
  expect(found).toEqual([
    '“gpt-9” is not offered here; item 2 is the first to name it.',
    '“gpt-8” is not offered here; item 4 is the first to name it.',
  ]);
  expect(draftProblems(file, [{ ...asItStands, model: 'test/model' }], models)).toBeNull();
});

it('[J85] a template that asks the same of every item is warned of, and can be started', async () => {
  const file = await fileOf('csv', 'a,b\n1,2\n3,4\n');
  const stages = [
    stage({ name: 'one', template: 'Hello' }),
    stage({ name: 'two', template: '{{stage.one}}' }),
    stage({ name: 'three', template: 'And now?' }),
    stage({ name: 'four', template: '{{b}}' }),
  ];
  expect(draftProblems(file, stages, models)).toBeNull();
  const { warnings } = previewOf(file, stages);
  expect(warnings?.map((each) => each.stage)).toEqual(['one', 'three']);
  expect(warnings?.[0]?.message).toContain('There is {{a}}, {{b}}.');
  const single = await fileOf('lines', 'only one');
  expect(previewOf(single, [stage({ template: 'Hello' })]).warnings).toEqual([]);
});
