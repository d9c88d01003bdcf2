/** `{{name}}`, in a template. */
export const placeholder = /\{\{([^{}]*)\}\}/g;
const ofStage = 'stage.';

/** What templates can name: the variables of the items and the outputs of the stages before. */
export interface Names {
  columns: readonly string[];
  stages: readonly string[];
}

/** Every placeholder that stands for nothing, with its offset in the template. */
export function strangePlaceholders(template: string, names: Names): { name: string; at: number }[] {
  return [...template.matchAll(placeholder)].flatMap((match) => {
    const name = (match[1] ?? '').trim();
    return isKnown(name, names) ? [] : [{ name, at: match.index }];
  });
}

/** Whether a template asks about something, and not the same of every item. */
export function namesSomething(template: string, names: Names): boolean {
  return [...template.matchAll(placeholder)].some((match) => isKnown((match[1] ?? '').trim(), names));
}

function isKnown(name: string, { columns, stages }: Names): boolean {
  return columns.includes(name) || (name.startsWith(ofStage) && stages.includes(name.slice(ofStage.length)));
}

/** What there is, in words. */
export function offered({ columns, stages }: Names): string {
  const all = [...columns, ...stages.map((name) => `${ofStage}${name}`)].slice(0, 20);
  return all.length === 0
    ? 'There is nothing to name: a first stage over requests sends them as they are.'
    : `There is ${all.map((name) => `{{${name}}}`).join(', ')}.`;
}
