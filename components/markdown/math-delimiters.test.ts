import { describe, expect, it } from 'vitest';
import { unifyMath } from './math-delimiters.ts';

describe('unifyMath', () => {
  it('reads the delimiters that models use', () => {
    expect(unifyMath('so \\(a+b\\) is')).toBe('so $$a+b$$ is');
    expect(unifyMath('so $a+b$ is')).toBe('so $$a+b$$ is');
    expect(unifyMath('so\n\\[ a+b \\]\nis')).toBe('so\n\n$$\na+b\n$$\n\nis');
    expect(unifyMath('$$\na\n$$')).toBe('$$\na\n$$');
    expect(unifyMath('inline $$a$$ stays')).toBe('inline $$a$$ stays');
  });

  it('displays a formula that has a line to itself', () => {
    expect(unifyMath('so\n\n$$a+b$$\n\nis')).toBe('so\n\n$$\na+b\n$$\n\nis');
  });

  it('leaves prices, shell variables and escapes alone', () => {
    for (const text of ['$5 and $10', 'US$5-US$10', 'from $5/$10', 'a \\$5 b$', 'cost: $ 5 $'])
      expect(unifyMath(text)).toBe(text);
  });

  it('never touches code, closed or still arriving', () => {
    for (const text of ['`$a$`', '```sh\necho $A$ \\(x\\)\n```\nafter', '```sh\necho $A$ and', '``a ` $b$``'])
      expect(unifyMath(text)).toBe(text);
  });

  it('goes on after code', () => {
    expect(unifyMath('`x` and $a$')).toBe('`x` and $$a$$');
  });
});
