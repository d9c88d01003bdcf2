const longest = 60;
const untitled = 'New chat';

/** Title of a chat until a better one comes: the first words of its first message, on one line, without Markdown. */
export function plainTitle(text: string): string {
  const words = withoutMarks(text.slice(0, 2000)).split(/\s+/u).filter(Boolean);
  let title = '';
  for (const word of words) {
    const longer = title === '' ? word : `${title} ${word}`;
    if (longer.length > longest) break;
    title = longer;
  }
  return title || cut(words[0] ?? '') || untitled;
}

function withoutMarks(text: string): string {
  return text
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/^\s*(?:`{3,}|~{3,})\S*/gm, ' ')
    .replace(/^\s*(?:#{1,6}\s|>\s?|[-*+]\s|\d+[.)]\s)/gm, ' ')
    .replace(/\*\*|__|~~|`|(?<!\w)[*_]|[*_](?!\w)/g, '');
}

/** One endless word: as much of it as fits, never half of a character. */
function cut(word: string): string {
  return word.slice(0, longest).replace(/[\uD800-\uDBFF]$/, '');
}
