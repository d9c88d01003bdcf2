import { expect, it } from 'vitest';
import {
  emptyForm,
  emptyStage,
  fieldProblems,
  forgetForm,
  formKey,
  parseForm,
  placeholderProblems,
  stagesOf,
  writeForm,
} from './batch-draft.ts';
import { Drafts } from './drafts.ts';
import { FakeStorage } from './fake-storage.ts';

it('[C43] what is typed for a batch survives a reload, until it is started', () => {
  const storage = new FakeStorage();
  const form = { ...emptyForm, name: 'Reviews', stages: [emptyStage('a', 'ask', 'Sum up {{item}}')] };
  writeForm(new Drafts(storage), 'one', form);
  const later = new Drafts(storage);
  expect(parseForm(later.read(formKey('one')))).toEqual(form);
  forgetForm(later, 'one');
  expect(storage.keys('')).toEqual([]);
});

it('[C43] what an older page has left behind and nobody can read is an empty form, not a dead page', () => {
  const storage = new FakeStorage();
  for (const left of ['{"stages":[]}', '{', 'null', '{"name":1}']) {
    storage.write('weir.draft.batch.form', left);
    expect(parseForm(new Drafts(storage).read(formKey('')))).toEqual(emptyForm);
  }
});

it('[C44] every field that is wrong says what to do; what is left empty is the default', () => {
  const stages = [
    { ...emptyStage('a', 'ask', '{{item}}'), temperature: '3', maxTokens: '1.5' },
    { ...emptyStage('b', 'ask', ' '), limit: '0' },
    { ...emptyStage('c', 'not this', '{{item}}'), limit: ' ' },
  ];
  const told = fieldProblems({ ...emptyForm, stages }).map(({ stage, field }) => `${stage} ${field}`);
  expect(told).toEqual(['a maxTokens', 'a temperature', 'b name', 'b limit', 'b template', 'c name']);
});

it('[C44] a form becomes what is sent: numbers as numbers, the usual model where none was picked', () => {
  const first = { ...emptyStage('a', ' ask ', '{{item}}'), temperature: '0', system: 'Be brief.' };
  const second = { ...emptyStage('b', 'sum', '{{stage.ask}}'), model: 'own', limit: '2' };
  const form = { ...emptyForm, stages: [first, second] };
  expect(stagesOf(form, 'usual')).toEqual([
    { name: 'ask', template: '{{item}}', model: 'usual', system: 'Be brief.', temperature: 0 },
    { name: 'sum', template: '{{stage.ask}}', model: 'own', limit: 2 },
  ]);
  expect(stagesOf({ ...form, format: 'jsonl' }, 'usual')[0]).toEqual({
    name: 'ask',
    template: null,
    model: null,
  });
});

it('[C90] placeholders that stand for nothing any more are named with what there is, in every stage', () => {
  const stages = [
    emptyStage('a', 'ask', 'Sum up {{city}} and {{ year }}'),
    emptyStage('b', 'sum', '{{stage.ask}} {{stage.gone}} {{stage.sum}}'),
  ];
  const told = placeholderProblems({ ...emptyForm, stages });
  expect(told.map(({ stage, field, message }) => [stage, field, message])).toEqual([
    ['a', 'template', '{{city}}, {{year}} stand for nothing here. There is {{item}}.'],
    [
      'b',
      'template',
      '{{stage.gone}}, {{stage.sum}} stand for nothing here. There is {{item}}, {{stage.ask}}.',
    ],
  ]);
  expect(fieldProblems({ ...emptyForm, stages })).toHaveLength(2);
  const file = { fileId: 'f', name: 'f', bytes: 1, total: 1, firstItems: [] };
  const upload = { ...file, format: 'csv' as const, columns: ['city', 'year'] };
  const [first = emptyStage('', '', '')] = stages;
  expect(placeholderProblems({ ...emptyForm, format: 'csv', upload, stages: [first] })).toEqual([]);
  expect(placeholderProblems({ ...emptyForm, format: 'jsonl', stages: [first] })).toEqual([]);
});
