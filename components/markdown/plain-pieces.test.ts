import { describe, expect, it } from 'vitest';
import { isTooMuchToRead, plainPieces } from './plain-pieces.ts';

describe('blocks too long to read as Markdown', () => {
  it('[F149] [C24] only giants count, and a fence, which is read line by line, has to be far longer', () => {
    const list = '- an item with **bold** words\n'.repeat(600);
    const code = `\`\`\`ts\n${'const a = 1;\n'.repeat(10_000)}`;
    expect([list, code, 'word '.repeat(10_000), code.repeat(2)].map(isTooMuchToRead)).toEqual([
      false,
      false,
      true,
      true,
    ]);
  });

  it('[F149] [C24] what nests too deep or is matched too often counts too, however short it is', () => {
    const bombs = [
      '>'.repeat(5_000),
      '> '.repeat(200),
      '- '.repeat(200),
      '1. '.repeat(200),
      '*a_'.repeat(1_000),
    ];
    const links = ['['.repeat(2_000), `${'![a'.repeat(900)}${'](b)'.repeat(900)}`, '~~a~~ '.repeat(800)];
    expect([...bombs, ...links].map((text) => isTooMuchToRead(`so:\n\n${text}`))).toEqual(
      Array(8).fill(true),
    );
    const usual = [
      '> > > quoted',
      '- [a](b) and *c*\n'.repeat(300),
      '*'.repeat(1_000),
      '- - -',
      `- ${'> '.repeat(50)}`,
    ];
    expect(usual.map(isTooMuchToRead)).toEqual(Array(5).fill(false));
    expect(isTooMuchToRead(`\`\`\`md\n${'*a_'.repeat(3_000)}`)).toBe(false);
  });

  it('[F149] [C24] pieces join to the text, and a text that grows changes only its last piece', () => {
    const text = `${'some words 🙂 '.repeat(900)}${'🙂'.repeat(9_000)}`;
    let before: string[] = [];
    for (let end = 0; end <= text.length; end += 997) {
      const pieces = plainPieces(text.slice(0, end), 1_001);
      expect(pieces.join('')).toBe(text.slice(0, end));
      expect(pieces.slice(0, Math.max(0, before.length - 1))).toEqual(before.slice(0, -1));
      before = pieces;
    }
    expect(before.length).toBeGreaterThan(20);
    expect(plainPieces(text, 1_001).every((piece) => piece.isWellFormed())).toBe(true);
  });
});
