import { parseMarkdownIntoBlocks } from 'streamdown';
import { describe, expect, it } from 'vitest';
import { longMarkdown } from '#lib/upstream/demo/long-markdown.ts';
import { createSectioner } from './sections.ts';

const text = longMarkdown(60);
const blocksOf = (sections: readonly string[]) =>
  sections.flatMap((section) => parseMarkdownIntoBlocks(section));

describe('sections of a long answer', () => {
  it('[C50] join to the text and hold the blocks that the whole text has, however it arrives', () => {
    const cut = createSectioner();
    for (let end = 500; end <= text.length; end += 500) {
      const sections = cut(text.slice(0, end));
      expect(sections.join('')).toBe(text.slice(0, end));
    }
    const sections = cut(text);
    expect(sections.length).toBeGreaterThan(5);
    expect(blocksOf(sections)).toEqual(parseMarkdownIntoBlocks(text));
    expect(blocksOf(createSectioner()(text))).toEqual(parseMarkdownIntoBlocks(text));
  });

  it('[C50] never change again once something follows them', () => {
    const cut = createSectioner();
    let before: string[] = [];
    for (let end = 500; end <= text.length; end += 500) {
      const sections = cut(text.slice(0, end));
      expect(sections.slice(0, before.length - 1)).toEqual(before.slice(0, -1));
      before = sections;
    }
  });

  it('[C50] are looked for seldom: what is read grows with the text, not with its square', () => {
    const readFor = (length: number, of: string) => {
      let read = 0;
      const cut = createSectioner((markdown) => {
        read += markdown.length;
        return parseMarkdownIntoBlocks(markdown);
      });
      for (let end = 100; end <= length; end += 100) cut(of.slice(0, end));
      return read;
    };
    expect(readFor(60_000, text)).toBeLessThan(4 * 60_000);
    const oneBlock = `\`\`\`\n${'a line of code\n'.repeat(10_000)}`;
    expect(readFor(60_000, oneBlock)).toBeLessThan(4 * 60_000);
  });

  it('[C50] keep a text with footnotes in one piece, also when the first one comes late', () => {
    const cut = createSectioner();
    expect(cut(text).length).toBeGreaterThan(1);
    const noted = `${text}as said[^1]\n\n[^1]: note`;
    expect(cut(noted)).toEqual([noted]);
  });

  it('[C50] start again when the text is another one', () => {
    const cut = createSectioner();
    cut(text);
    expect(cut('other')).toEqual(['other']);
  });
});
