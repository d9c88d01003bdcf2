import type { StoredFile } from '#lib/store/file-store.ts';
import type { Models } from '#lib/upstream/model.ts';
import type { BatchProblem, BatchProblems, BatchStage } from '#lib/wire/batch.ts';
import { namesSomething, offered } from '#lib/wire/batch-placeholder.ts';
import type { BatchPreview } from '#lib/wire/batch-preview.ts';
import { render, templateProblems, unitsOver } from './batch-template.ts';

const UNITS_PER_TOKEN = 4;
/** Of a message: its role and separators, in tokens. */
const PER_MESSAGE = 4;
/** Units that an output of an earlier stage is taken to have. */
const USUAL_OUTPUT = 1_600;

/** What keeps these stages from being asked over this file; null when nothing does. */
export function draftProblems(
  file: StoredFile,
  stages: readonly BatchStage[],
  models: Models,
): BatchProblems | null {
  const problems = stages.flatMap((stage, at) => stageProblems(stage, at, { file, stages, models }));
  return problems.length === 0 ? null : { problems, count: problems.length };
}

function stageProblems(
  stage: BatchStage,
  at: number,
  { file, stages, models }: { file: StoredFile; stages: readonly BatchStage[]; models: Models },
): BatchProblem[] {
  const say = (message: string): BatchProblem => ({ line: null, column: null, stage: stage.name, message });
  const before = stages.slice(0, at).map(({ name }) => name);
  const isAsItStands = stage.template === null;
  const found: BatchProblem[] = [];
  if (before.includes(stage.name)) found.push(say('There are two stages of this name. Rename one.'));
  if (isAsItStands && (at > 0 || file.format !== 'jsonl'))
    found.push(say('This stage needs a template: say what to ask.'));
  if (stage.model === null && !isAsItStands) found.push(say('Pick a model for this stage.'));
  if (stage.model !== null && models.find(stage.model) === null)
    found.push(say(`“${stage.model.slice(0, 100)}” is not offered any more; pick another model.`));
  if (stage.model === null && isAsItStands)
    for (const { name, item } of file.facts.models ?? [])
      if (models.find(name) === null)
        found.push(say(`“${name.slice(0, 100)}” is not offered here; item ${item} is the first to name it.`));
  if (stage.template !== null && at === 0 && file.format === 'jsonl')
    found.push(say('The first stage over requests sends them as they are: leave its template out.'));
  const columns = file.format === 'jsonl' ? [] : file.facts.columns;
  if (stage.template === null) return found;
  return [...found, ...templateProblems(stage, stage.template, { columns, stages: before })];
}

/** The first prompts and what all of it will take, for a draft without problems. */
export function previewOf({ facts }: StoredFile, stages: readonly BatchStage[]): BatchPreview {
  const first = stages[0];
  const prompts = facts.firstItems.map((variables, index) => {
    const prompt =
      first?.template == null ? (variables.prompt ?? '') : render(first.template, variables, new Map());
    return { index, system: first?.system ?? null, prompt };
  });
  const tokensIn = stages.reduce((sum, { template, system = '' }) => {
    const own = template === null ? (facts.units.prompt ?? 0) : unitsOver(template, facts, USUAL_OUTPUT);
    const units = own + system.length * facts.total;
    return sum + Math.ceil(units / UNITS_PER_TOKEN) + PER_MESSAGE * facts.total * (system === '' ? 1 : 2);
  }, 0);
  return {
    prompts,
    estimate: { calls: facts.total * stages.length, tokensIn },
    warnings: warnings(facts, stages),
  };
}

/** What may be meant, and mostly is not. */
function warnings(facts: StoredFile['facts'], stages: readonly BatchStage[]): BatchProblem[] {
  return stages.flatMap(({ name, template }, at) => {
    const before = stages.slice(0, at).map((stage) => stage.name);
    const names = { columns: facts.columns, stages: before };
    if (template === null || facts.total < 2 || namesSomething(template, names)) return [];
    const which = stages.length === 1 ? 'Every prompt' : 'Every prompt of this stage';
    const message = `${which} is the same: its template names nothing of the items. ${offered(names)}`;
    return [{ line: null, column: null, stage: name, message }];
  });
}
