import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainTitle } from './plain-title.ts';

describe('[S1] plain titles', () => {
  it.each([
    ['Hello', 'Hello'],
    ['  several\n\nlines \t here ', 'several lines here'],
    ['# Plan\n- **one** `two`\n> [three](http://x.y)', 'Plan one two three'],
    ['snake_case stays, *this* and _that_ go', 'snake_case stays, this and that go'],
    ['```ts\nconst a = 1;\n```', 'const a = 1;'],
    ['', 'New chat'],
    ['***', 'New chat'],
  ])('%j becomes %j', (text, title) => {
    expect(plainTitle(text)).toBe(title);
  });

  it('take whole words up to 60 characters', () => {
    const title = plainTitle('word '.repeat(50));
    expect(title).toBe('word '.repeat(12).trim());
  });

  it('cut one endless word, but no character in half', () => {
    expect(plainTitle('x'.repeat(100))).toBe('x'.repeat(60));
    expect(plainTitle(`x${'\u{1F30A}'.repeat(40)}`)).toBe(`x${'\u{1F30A}'.repeat(29)}`);
  });

  it('are always one short line', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (text) => {
        const title = plainTitle(text);
        expect(title.length).toBeGreaterThan(0);
        expect(title.length).toBeLessThanOrEqual(60);
        expect(title).not.toMatch(/[\n\r]/);
      }),
    );
  });
});
