import { expect, it } from 'vitest';
import {
  emptyForm,
  emptyStage,
  fieldProblems,
  forgetForm,
  readForm,
  stagesOf,
  writeForm,
} from './batch-draft.ts';
import { Drafts } from './drafts.ts';
import { FakeStorage } from './fake-storage.ts';

it('[C43] what is typed for a batch survives a reload, until it is started', () => {
  const storage = new FakeStorage();
  const form = { ...emptyForm, name: 'Reviews', stages: [emptyStage('a', 'ask', 'Sum up {{item}}')] };
  writeForm(new Drafts(storage), form);
  const later = new Drafts(storage);
  expect(readForm(later)).toEqual(form);
  forgetForm(later);
  expect(storage.keys('')).toEqual([]);
});

it('[C43] what an older page has left behind and nobody can read is an empty form, not a dead page', () => {
  const storage = new FakeStorage();
  for (const left of ['{"stages":[]}', '{', 'null', '{"name":1}']) {
    storage.write('weir.draft.batch.form', left);
    expect(readForm(new Drafts(storage))).toEqual(emptyForm);
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
