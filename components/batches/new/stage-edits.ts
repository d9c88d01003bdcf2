import { emptyStage, type StageDraft } from '#lib/client/batch-draft.ts';
import type { BatchFormat, BatchUpload } from '#lib/wire/batch.ts';
import { batchPresets } from '#lib/wire/batch-presets.ts';

/** What a template may name: what each item has, then the outputs of the stages before. */
export function placeholders(
  stages: readonly StageDraft[],
  at: number,
  columns: readonly string[],
): string[] {
  const before = stages.slice(0, at).map(({ name }) => `{{stage.${name.trim()}}}`);
  return [...columns.map((name) => `{{${name}}}`), ...before];
}

export function columnsOf(format: BatchFormat, upload: BatchUpload | null): string[] {
  if (format === 'lines') return ['item'];
  return upload?.columns ?? [];
}

/** Templates that ask about `{{item}}` ask about the first column where there are columns, and the other way round. */
export function fitTemplates(stages: readonly StageDraft[], columns: readonly string[]): StageDraft[] {
  const [first] = columns;
  if (first === undefined || columns.includes('item')) return [...stages];
  return stages.map((stage) => ({
    ...stage,
    template: stage.template.replaceAll('{{item}}', `{{${first}}}`),
  }));
}

export function presetStages(id: string, columns: readonly string[]): StageDraft[] {
  const stages = batchPresets.find((preset) => preset.id === id)?.stages ?? [];
  const drafts = stages.map(({ name, template, system = '', temperature, maxTokens, limit }) => ({
    ...emptyStage(name, name, template),
    system,
    temperature: typed(temperature),
    maxTokens: typed(maxTokens),
    limit: typed(limit),
  }));
  return fitTemplates(drafts, columns);
}

function typed(value: number | undefined): string {
  return value === undefined ? '' : String(value);
}

/** One more at the end, which goes on from the one before. */
export function withStage(stages: readonly StageDraft[], key: string): StageDraft[] {
  const before = stages.at(-1)?.name.trim() ?? '';
  const names = new Set(stages.map(({ name }) => name.trim()));
  let number = stages.length + 1;
  while (names.has(`stage-${number}`)) number += 1;
  return [...stages, emptyStage(key, `stage-${number}`, `{{stage.${before}}}`)];
}

/** @returns the text with `piece` in place of what is selected, and where the cursor goes */
export function inserted(
  text: string,
  piece: string,
  from: number,
  to: number,
): { text: string; cursor: number } {
  return { text: text.slice(0, from) + piece + text.slice(to), cursor: from + piece.length };
}

const endings: Record<string, BatchFormat> = { csv: 'csv', tsv: 'csv', jsonl: 'jsonl', ndjson: 'jsonl' };

/** What a file is, by the end of its name; without one that tells, lines. */
export function formatOf(fileName: string): BatchFormat {
  return endings[fileName.split('.').at(-1)?.toLowerCase() ?? ''] ?? 'lines';
}
