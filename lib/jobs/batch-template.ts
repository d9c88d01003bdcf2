import type { BatchProblem, BatchStage } from '#lib/wire/batch.ts';
import { type Names, offered, placeholder, strangePlaceholders } from '#lib/wire/batch-placeholder.ts';

const ofStage = 'stage.';

/** Every placeholder that stands for nothing, with its place in the template. */
export function templateProblems(
  stage: Pick<BatchStage, 'name'>,
  template: string,
  names: Names,
): BatchProblem[] {
  return strangePlaceholders(template, names).map(({ name, at }) => {
    const above = template.slice(0, at).split('\n');
    const message = `{{${name}}} stands for nothing here. ${offered(names)}`;
    return { line: above.length, column: (above.at(-1)?.length ?? 0) + 1, stage: stage.name, message };
  });
}

/** @param outputs of the earlier stages, by their names */
export function render(
  template: string,
  variables: Readonly<Record<string, string>>,
  outputs: ReadonlyMap<string, string>,
): string {
  return template.replace(placeholder, (whole, inner: string) => {
    const name = inner.trim();
    if (Object.hasOwn(variables, name)) return variables[name] ?? whole;
    return (name.startsWith(ofStage) ? outputs.get(name.slice(ofStage.length)) : undefined) ?? whole;
  });
}

/**
 * UTF-16 units of the template over all items.
 * @param units of each column over all items
 * @param guess units of an output that is not there yet
 */
export function unitsOver(
  template: string,
  { total, units }: { total: number; units: Readonly<Record<string, number>> },
  guess: number,
): number {
  let variable = 0;
  const fixed = template.replace(placeholder, (_whole, inner: string) => {
    const name = inner.trim();
    variable += Object.hasOwn(units, name) ? (units[name] ?? 0) : guess * total;
    return '';
  });
  return fixed.length * total + variable;
}
