import { expect, it } from 'vitest';
import { emptyForm, emptyStage, fieldProblems } from '#lib/client/batch-draft.ts';
import { fitTemplates, formatOf, inserted, placeholders, presetStages, withStage } from './stage-edits.ts';

it('[C48] the ready pipeline asks about the lines, or about the first column where there are columns', () => {
  const [extract, analyse, summarise] = presetStages('extract-analyse-summarise', ['item']);
  expect([extract?.name, analyse?.name, summarise?.name]).toEqual(['extract', 'analyse', 'summarise']);
  expect(extract?.template).toContain('{{item}}');
  expect([extract?.limit, summarise?.limit]).toEqual(['10', '2']);
  expect(presetStages('extract-analyse-summarise', ['review', 'stars'])[0]?.template).toContain('{{review}}');
  const stages = presetStages('extract-analyse-summarise', ['item']);
  expect(fieldProblems({ ...emptyForm, stages })).toEqual([]);
});

it('[C48] a stage is offered what there is before it', () => {
  const stages = withStage(withStage([emptyStage('a', 'ask', '{{item}}')], 'b'), 'c');
  expect(stages.map(({ name }) => name)).toEqual(['ask', 'stage-2', 'stage-3']);
  expect(stages[2]?.template).toBe('{{stage.stage-2}}');
  expect(placeholders(stages, 1, ['item'])).toEqual(['{{item}}', '{{stage.ask}}']);
});

it('a column of the name item stays, and so do templates without a file', () => {
  const stages = [emptyStage('a', 'ask', '{{item}}')];
  expect(fitTemplates(stages, ['other', 'item'])).toEqual(stages);
  expect(fitTemplates(stages, [])).toEqual(stages);
});

it('a placeholder takes the place of what is selected', () => {
  expect(inserted('Sum up this.', '{{item}}', 7, 11)).toEqual({ text: 'Sum up {{item}}.', cursor: 15 });
});

it('the name of a file tells what it is', () => {
  expect(['a.CSV', 'b.jsonl', 'c.ndjson', 'notes.txt', 'none'].map(formatOf)).toEqual([
    'csv',
    'jsonl',
    'jsonl',
    'lines',
    'lines',
  ]);
});
