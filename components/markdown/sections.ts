import { parseMarkdownIntoBlocks } from 'streamdown';
import { hasFootnotes, OPEN_BLOCKS, type Split } from './block-splitter.ts';
import { isTooDeepToRead } from './plain-pieces.ts';

/** Least length of a section but the last, in UTF-16 units. */
const SECTION = 2_000;
/** Length of the end at which whole blocks of a section are likely to be in it. */
const LIKELY = 1.2 * SECTION;

/**
 * Cuts a growing text into sections of whole blocks that never change again, and an end that still grows. A paint has to look
 * at the end alone, however long the answer. Joined, the sections are the text. Make one per text.
 */
export function createSectioner(split: Split = parseMarkdownIntoBlocks): Split {
  let closed: string[] = [];
  let prefix = '';
  /** Length of the end at which it is worth looking for whole blocks again. */
  let tryAt = LIKELY;
  return (markdown) => {
    // Footnotes belong to the whole text.
    if (!markdown.startsWith(prefix) || (prefix !== '' && hasFootnotes(markdown))) {
      closed = [];
      prefix = '';
      tryAt = LIKELY;
    }
    const end = markdown.slice(prefix.length);
    if (end.length < tryAt || isTooDeepToRead(end) || hasFootnotes(markdown)) return [...closed, end];
    const ready = sectionsOf(end, split(end).slice(0, -OPEN_BLOCKS));
    closed = [...closed, ...ready];
    prefix += ready.join('');
    const rest = markdown.slice(prefix.length);
    // One long block is not looked through with every paint.
    tryAt = Math.max(LIKELY, rest.length * 1.5);
    return [...closed, rest];
  };
}

/** Sections of the blocks with which the text begins; none where the blocks do not add up to it. */
function sectionsOf(text: string, blocks: readonly string[]): string[] {
  const sections: string[] = [];
  let section = '';
  for (const block of blocks) {
    section += block;
    if (section.length < SECTION) continue;
    sections.push(section);
    section = '';
  }
  // Left to the end they would all be drawn anew there.
  if (sections.length > 0) sections.push(`${sections.pop()}${section}`);
  return text.startsWith(sections.join('')) ? sections : [];
}
