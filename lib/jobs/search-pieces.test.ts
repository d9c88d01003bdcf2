import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { piecesOf } from './search-pieces.ts';
import { askedWords, snippetOf } from './search-snippet.ts';

/** Printed by a failing run. */
const seed = Number(process.env.WEIR_SEED ?? Date.now() % 2 ** 31);

const flat = (text: string, question: string, near = 0) =>
  snippetOf(text, askedWords(question), near)
    .map(({ text: piece, hit }) => (hit ? `[${piece}]` : piece))
    .join('');

describe('[J78] pieces of a text', () => {
  it('a short one is one piece, and what says nothing is none', () => {
    expect(piecesOf('  A weir. ')).toEqual([{ at: 0, text: 'A weir.' }]);
    expect([piecesOf(''), piecesOf(' \n '), piecesOf('...')]).toEqual([[], [], []]);
  });

  it('a long one is cut behind paragraphs, sentences or words, and begins where it says', () => {
    const paragraphs = Array.from({ length: 9 }, (_, at) => `Paragraph ${at}. ${'word '.repeat(90)}`).join(
      '\n\n',
    );
    const pieces = piecesOf(paragraphs);
    expect(pieces.every(({ text }) => text.startsWith('Paragraph') && text.length <= 1_400)).toBe(true);
    expect(pieces.every(({ at, text }) => paragraphs.startsWith(text, at))).toBe(true);
    expect(piecesOf('Some words here. '.repeat(200)).every(({ text }) => text.endsWith('.'))).toBe(true);
  });

  it('nothing is lost, however the text is made, and no pair is cut', () => {
    const law = fc.property(fc.string({ unit: 'grapheme', maxLength: 6_000 }), (text) => {
      const pieces = piecesOf(text);
      expect(pieces.every(({ text: piece }) => piece.isWellFormed() && piece.length <= 1_400)).toBe(true);
      const letters = (some: string) => some.replace(/\s/g, '').length;
      const sum = pieces.reduce((all, { text: piece }) => all + letters(piece), 0);
      const left = letters(text) - sum;
      expect(left).toBeLessThanOrEqual(letters(text.replace(/[\p{L}\p{N}\p{S}]/gu, '')));
    });
    fc.assert(law, { seed });
  });
});

describe('[J77] snippets', () => {
  it('mark the words that were looked for, as wholes, the last one by its beginning', () => {
    expect(flat('The weir was built. Weirs are old.', 'weir buil')).toBe(
      'The [weir] was [built]. Weirs are old.',
    );
    expect(flat('ÉTÉ in the Fluß', 'été flu')).toBe('[ÉTÉ] in the [Fluß]');
    expect(flat('a cat concatenates', 'cat ')).toBe('a [cat] concatenates');
  });

  it('are where most different words stand together', () => {
    const far = `alpha ${'filler '.repeat(100)}alpha and beta here ${'filler '.repeat(100)}`;
    expect(flat(far, 'alpha beta ')).toMatch(/^… .*\[alpha\] and \[beta\] here .* …$/);
  });

  it('where no word is, they show the piece whose meaning is near', () => {
    const text = `${'filler '.repeat(100)}The automobile was expensive. ${'filler '.repeat(100)}`;
    expect(flat(text, 'car cost', 700)).toMatch(/^… The automobile was expensive\. filler .* …$/);
  });

  it('are plain text: what looks like markup stays text, and Markdown loses its marks', () => {
    expect(snippetOf('<img src=x onerror=alert(1)> cat', askedWords('cat '), 0)).toEqual([
      { text: '<img src=x onerror=alert(1)> ', hit: false },
      { text: 'cat', hit: true },
    ]);
    expect(flat('## Title with **bold** `code` snake_case', 'code ')).toBe(
      'Title with bold [code] snake_case',
    );
  });

  it('hold the text in its order and are short, whatever text and question are', () => {
    const law = fc.property(
      fc.string({ unit: 'grapheme', maxLength: 3_000 }),
      fc.string({ maxLength: 20 }),
      (text, question) => {
        const pieces = snippetOf(text, askedWords(question), 0);
        const all = pieces.map(({ text: piece }) => piece).join('');
        expect(all.length).toBeLessThan(400);
        expect(all.isWellFormed()).toBe(true);
        expect(pieces.every(({ text: piece }) => piece !== '')).toBe(true);
      },
    );
    fc.assert(law, { seed });
  });
});
