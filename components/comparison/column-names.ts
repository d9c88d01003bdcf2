import type { Message, ModelInfo } from '#lib/wire/chat.ts';

/** What each answer is called: its model, numbered where that answers more than once. */
export function columnNames(
  columns: readonly Pick<Message, 'model'>[],
  models: readonly ModelInfo[],
): string[] {
  const labels = columns.map(({ model }) => labelOf(model ?? '', models));
  return labels.map((label, at) => {
    const before = labels.slice(0, at).filter((other) => other === label).length;
    const isAlone = labels.filter((other) => other === label).length === 1;
    return isAlone ? label : `${label} ${before + 1}`;
  });
}

export function labelOf(model: string, models: readonly ModelInfo[]): string {
  return models.find(({ id }) => id === model)?.label ?? model;
}
