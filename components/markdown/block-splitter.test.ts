import { parseMarkdownIntoBlocks } from 'streamdown';
import { describe, expect, it } from 'vitest';
import { createBlockSplitter } from './block-splitter.ts';

const text = [
  '# Title\n\nSome *words* here.\n\n- one\n- two\n\n  more of two\n\n1. first\n\n',
  '```ts\nconst a = 1;\n\n# not a title\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n',
  '$$\nx = 1\n\ny = 2\n$$\n\n<div>\n\nhtml\n\n</div>\n\nAn end\nof two lines\n\n> quote\n\nlast',
].join('');

describe('createBlockSplitter', () => {
  it('gives the same blocks as reading the whole text again, at every length', () => {
    const split = createBlockSplitter();
    for (let end = 1; end <= text.length; end += 1) {
      expect(split(text.slice(0, end))).toEqual(parseMarkdownIntoBlocks(text.slice(0, end)));
    }
  });

  it('reads no more than the end again', () => {
    let read = 0;
    const split = createBlockSplitter((markdown) => {
      read = markdown.length;
      return parseMarkdownIntoBlocks(markdown);
    });
    const long = 'A paragraph of words.\n\n'.repeat(2_000);
    split(long);
    split(`${long}And on`);
    expect(read).toBeLessThan(200);
  });

  it('starts again when the text is another one', () => {
    const split = createBlockSplitter();
    split('one\n\ntwo\n\nthree\n\nfour\n\nfive\n\nsix');
    expect(split('other').join('')).toBe('other');
  });

  it('keeps a text with footnotes in one piece, also when the first one comes late', () => {
    const split = createBlockSplitter();
    split('one\n\ntwo\n\nthree\n\nfour\n\nfive');
    const noted = 'one\n\ntwo\n\nthree\n\nfour\n\nfive[^1]\n\n[^1]: note';
    expect(split(noted)).toEqual(parseMarkdownIntoBlocks(noted));
  });
});
