import * as z from 'zod/mini';
import { type BatchStage, batchFormat, batchLimits, batchUpload } from '#lib/wire/batch.ts';
import { offered, strangePlaceholders } from '#lib/wire/batch-placeholder.ts';
import type { Drafts } from './drafts.ts';

const stageDraft = z.object({
  /** Stays when stages move. */
  key: z.string(),
  name: z.string(),
  template: z.string(),
  /** Null: the model of a new chat. */
  model: z.nullable(z.string()),
  system: z.string(),
  /** As typed, which may be no number yet. */
  maxTokens: z.string(),
  temperature: z.string(),
  limit: z.string(),
});
export type StageDraft = z.infer<typeof stageDraft>;

const batchFormDraft = z.object({
  name: z.string(),
  format: batchFormat,
  /** Of csv and jsonl: the file, which waits at the server. */
  upload: z.nullable(batchUpload),
  stages: z.array(stageDraft),
});
/** What is typed for the next batch, without the pasted lines, which may be long. */
export type BatchFormDraft = z.infer<typeof batchFormDraft>;

const FORM = 'batch.form';
const LINES = 'batch.lines';

/** @param slot of the tab; '' of the one that all tabs shared once */
export const formKey = (slot: string) => (slot === '' ? FORM : `${FORM}.${slot}`);
export const linesKey = (slot: string) => (slot === '' ? LINES : `${LINES}.${slot}`);

/** Slots in which something is typed, newest first. */
export function slotsIn(drafts: Drafts): string[] {
  const found = [FORM, LINES].flatMap((base) =>
    drafts
      .names(base)
      .filter((name) => name === base || name.startsWith(`${base}.`))
      .map((name) => name.slice(base.length + 1)),
  );
  return [...new Set(found)].sort().reverse();
}

export function emptyStage(key: string, name: string, template: string): StageDraft {
  return { key, name, template, model: null, system: '', maxTokens: '', temperature: '', limit: '' };
}

export const emptyForm: BatchFormDraft = {
  name: '',
  format: 'lines',
  upload: null,
  stages: [emptyStage('first', 'answer', '{{item}}')],
};

/** @returns an empty form where there is none, or one that an older page has left and nobody can read */
export function parseForm(text: string): BatchFormDraft {
  if (text === '') return emptyForm;
  try {
    const form = batchFormDraft.safeParse(JSON.parse(text));
    return form.success && form.data.stages.length > 0 ? form.data : emptyForm;
  } catch (error) {
    if (error instanceof SyntaxError) return emptyForm;
    throw error;
  }
}

export function writeForm(drafts: Drafts, slot: string, form: BatchFormDraft): void {
  drafts.write(formKey(slot), JSON.stringify(form));
}

export function forgetForm(drafts: Drafts, slot: string): void {
  drafts.write(formKey(slot), '');
  drafts.write(linesKey(slot), '');
}

/** What is wrong with one field, in a sentence that says what to do. */
export interface FieldProblem {
  /** Key of the stage. */
  stage: string;
  field: 'name' | 'template' | 'maxTokens' | 'temperature' | 'limit';
  message: string;
}

/** Everything that can be seen to be wrong without the server. */
export function fieldProblems(form: BatchFormDraft): FieldProblem[] {
  const { stages, format } = form;
  const strange = placeholderProblems(form);
  return stages.flatMap((stage, at) => {
    const problem = (field: FieldProblem['field'], message: string | null): FieldProblem[] =>
      message === null ? [] : [{ stage: stage.key, field, message }];
    const isAsItStands = at === 0 && format === 'jsonl';
    const others = stages.slice(0, at).map(({ name }) => name.trim());
    return [
      ...problem('name', nameProblem(stage.name.trim(), others)),
      ...problem('limit', numberProblem(stage.limit, 1, batchLimits.stageLimit, true)),
      ...strange.filter(({ stage: key }) => key === stage.key),
      ...(isAsItStands ? [] : promptProblems(stage).flatMap(([field, message]) => problem(field, message))),
    ];
  });
}

/** Placeholders that stand for nothing, as when the file or the stages have changed behind them. */
export function placeholderProblems({ stages, format, upload }: BatchFormDraft): FieldProblem[] {
  const columns = format === 'lines' ? ['item'] : (upload?.columns ?? []);
  return stages.flatMap(({ key, template }, at): FieldProblem[] => {
    if (at === 0 && format === 'jsonl') return [];
    const names = { columns, stages: stages.slice(0, at).map(({ name }) => name.trim()) };
    const strange = [...new Set(strangePlaceholders(template, names).map(({ name }) => `{{${name}}}`))];
    if (strange.length === 0) return [];
    const stand = strange.length === 1 ? 'stands' : 'stand';
    const message = `${strange.slice(0, 5).join(', ')} ${stand} for nothing here. ${offered(names)}`;
    return [{ stage: key, field: 'template', message }];
  });
}

function promptProblems(stage: StageDraft): [FieldProblem['field'], string | null][] {
  return [
    ['template', stage.template.trim() === '' ? 'Write what to ask about each item.' : null],
    ['maxTokens', numberProblem(stage.maxTokens, 1, 1_000_000, true)],
    ['temperature', numberProblem(stage.temperature, 0, 2, false)],
  ];
}

function nameProblem(name: string, others: readonly string[]): string | null {
  if (!/^[a-z0-9_-]{1,40}$/i.test(name)) return 'Give it a name of letters, digits, - and _, 40 at most.';
  return others.includes(name) ? 'Another stage has this name. Give each its own.' : null;
}

function numberProblem(typed: string, least: number, most: number, isWhole: boolean): string | null {
  const text = typed.trim();
  if (text === '') return null;
  const value = Number(text);
  if (value >= least && value <= most && (!isWhole || Number.isInteger(value))) return null;
  return `Enter a ${isWhole ? 'whole ' : ''}number from ${least} to ${most.toLocaleString('en')}, or leave it empty.`;
}

/** What is sent. Only for a form without problems. */
export function stagesOf({ stages, format }: BatchFormDraft, defaultModel: string): BatchStage[] {
  return stages.map((stage, at) => {
    const base = { name: stage.name.trim(), ...optional('limit', stage.limit) };
    if (at === 0 && format === 'jsonl') return { ...base, template: null, model: null };
    return {
      ...base,
      template: stage.template,
      model: stage.model ?? defaultModel,
      ...(stage.system.trim() === '' ? {} : { system: stage.system }),
      ...optional('maxTokens', stage.maxTokens),
      ...optional('temperature', stage.temperature),
    };
  });
}

function optional(name: 'limit' | 'maxTokens' | 'temperature', typed: string) {
  return typed.trim() === '' ? {} : { [name]: Number(typed) };
}
