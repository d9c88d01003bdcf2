import { parseMarkdownIntoBlocks } from 'streamdown';
import { isTooDeepToRead } from './plain-pieces.ts';

/** A block may still join the one that follows it (math, HTML), so the last ones stay open. */
export const OPEN_BLOCKS = 3;

export type Split = (markdown: string) => string[];

/**
 * Splits a growing text into blocks and reads only its end again each time, so that the cost of a paint does not
 * grow with the answer. Make one per text.
 */
export function createBlockSplitter(split: Split = parseMarkdownIntoBlocks): Split {
  let closed: string[] = [];
  let prefix = '';
  return (markdown) => {
    if (!markdown.startsWith(prefix)) {
      closed = [];
      prefix = '';
    }
    const open = markdown.slice(prefix.length);
    if (isTooDeepToRead(open)) return [...closed, open];
    const rest = split(open);
    const blocks = [...closed, ...rest];
    // Footnotes belong to the whole text: the splitter keeps such a text in one piece, and so do we.
    if (closed.length > 0 && hasFootnotes(markdown)) {
      closed = [];
      prefix = '';
      return split(markdown);
    }
    const settled = rest.slice(0, -OPEN_BLOCKS);
    const text = settled.join('');
    // Where blocks do not add up to the text there is no place to go on from.
    if (settled.length > 0 && markdown.startsWith(text, prefix.length)) {
      closed = [...closed, ...settled];
      prefix += text;
    }
    return blocks;
  };
}

export function hasFootnotes(markdown: string): boolean {
  return markdown.includes('[^');
}
