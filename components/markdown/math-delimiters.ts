/** Code is never touched: fences (closed or not) and inline spans. */
const CODE =
  /(^|\n)[ \t]*(`{3,}|~{3,})[\s\S]*?(?:\n[ \t]*\2[^\n]*(?=\n|$)|$)|(?<!`)(`+)(?!`)[\s\S]*?[^`]\3(?!`)/g;

/** `\[…\]` and `\(…\)` as models write them. None holds another opening, so no text takes quadratic time. */
const BRACKETS = /\\\[((?:(?!\\\[)[\s\S])+?)\\\]|\\\(((?:(?!\\\()[^\n])+?)\\\)/g;

/** `$…$` on one line by Pandoc's rule: no space inside the ends and no digit after, so that prices stay prices. */
const SINGLE = /(^|[^\\$\w])\$(?![\s$])([^$\n]*?[^\s\\$])\$(?![\d$])/g;

/** A formula that has a line to itself is meant to be displayed. */
const ALONE = /^[ \t]*\$\$([^$\n]+)\$\$[ \t]*$/gm;

export function mayHaveMath(markdown: string): boolean {
  return markdown.includes('$') || markdown.includes('\\(') || markdown.includes('\\[');
}

/** Writes every kind of math delimiter as `$$`, the only one that is read as math. */
export function unifyMath(markdown: string): string {
  if (!mayHaveMath(markdown)) return markdown;
  let out = '';
  let at = 0;
  for (const code of markdown.matchAll(CODE)) {
    out += unifyProse(markdown.slice(at, code.index)) + code[0];
    at = code.index + code[0].length;
  }
  return out + unifyProse(markdown.slice(at));
}

function unifyProse(prose: string): string {
  return prose
    .replace(ALONE, (_all, inner: string) => `$$\n${inner.trim()}\n$$`)
    .replace(BRACKETS, (_all, block: string | undefined, inline: string | undefined) =>
      block === undefined ? `$$${inline}$$` : `\n$$\n${block.trim()}\n$$\n`,
    )
    .replace(SINGLE, (_all, before: string, inner: string) => `${before}$$${inner}$$`);
}
