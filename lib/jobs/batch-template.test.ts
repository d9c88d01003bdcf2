import { describe, expect, it } from 'vitest';
import { render, templateProblems, unitsOver } from './batch-template.ts';

const names = { columns: ['name', 'full text'], stages: ['extract'] };

describe('a template', () => {
  it('[J38] names every placeholder that stands for nothing, with its place and what there is', () => {
    const problems = templateProblems({ name: 's' }, 'a {{name}}\n b {{nme}} {{ stage.sum }}', names);
    expect(problems.map(({ line, column, stage }) => [line, column, stage])).toEqual([
      [2, 4, 's'],
      [2, 12, 's'],
    ]);
    expect(problems[0]?.message).toContain('{{nme}}');
    expect(problems[0]?.message).toContain('{{stage.extract}}');
    expect(templateProblems({ name: 's' }, '{{ full text }} {{stage.extract}} {not one}', names)).toEqual([]);
  });

  it('fills in what people wrote as it is, also when it looks like a placeholder', () => {
    const variables = { name: '{{full text}} $& $1', 'full text': 'T' };
    const text = render(
      '{{name}}|{{ full text }}|{{stage.extract}}',
      variables,
      new Map([['extract', 'out']]),
    );
    expect(text).toBe('{{full text}} $& $1|T|out');
  });

  it('is measured over all items without reading them again', () => {
    const facts = { total: 10, units: { name: 55 } };
    expect(unitsOver('ab{{name}}{{stage.x}}', facts, 100)).toBe(2 * 10 + 55 + 100 * 10);
  });
});
