/** Longest block that is read as Markdown, in UTF-16 units. Reading takes more than linear time: much more than this freezes the page. */
const LONGEST = 20_000;
/** A fence is read line by line, and its lines are all that is drawn. */
const LONGEST_FENCE = 200_000;
const FENCE = /^ {0,3}(?:```|~~~)/;
/** What may begin or end emphasis or a link. Each is tried with all before it: twelve thousand in a row take minutes. */
const MARKS = /\*+|_+|~+|[[\]]/g;
const MOST_MARKS = 1_500;
/** A line that opens a hundred quotes or lists, each of them one more call on the stack. */
const DEEP = /^(?:[ \t]*(?:>|(?:[-+*]|\d{1,9}[.)])[ \t])){100}/m;

/** Whether reading this block as Markdown would freeze the page. */
export function isTooMuchToRead(block: string): boolean {
  if (block.length > LONGEST_FENCE) return true;
  if (FENCE.test(block)) return false;
  return block.length > LONGEST || isTooDeepToRead(block) || hasTooManyMarks(block);
}

/** Whether this text, of whatever length, would overflow the stack, also where it is only cut into blocks. */
export function isTooDeepToRead(text: string): boolean {
  return DEEP.test(text);
}

function hasTooManyMarks(block: string): boolean {
  return block.length > MOST_MARKS && (block.match(MARKS)?.length ?? 0) > MOST_MARKS;
}

/**
 * Cuts a text into pieces that the browser can lay out one by one. The cuts depend on what is before them only, so a
 * text that grows changes its last piece alone. Joined they are the text.
 */
export function plainPieces(text: string, size = 8_000): string[] {
  const pieces: string[] = [];
  for (let from = 0; from < text.length; ) {
    const end = cut(text, from, from + size);
    pieces.push(text.slice(from, end));
    from = end;
  }
  return pieces;
}

/** After the last white space that is not far before `end`; never inside a character. */
function cut(text: string, from: number, end: number): number {
  if (end >= text.length) return text.length;
  const space = Math.max(text.lastIndexOf('\n', end - 1), text.lastIndexOf(' ', end - 1)) + 1;
  if (space > (from + end) / 2) return space;
  const isPair = /[\ud800-\udbff]/.test(text.charAt(end - 1));
  return isPair ? end - 1 : end;
}
