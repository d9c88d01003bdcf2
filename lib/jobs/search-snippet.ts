import type { SnippetPiece } from '#lib/wire/search.ts';

/** Characters of a snippet. */
const LENGTH = 260;
/** Of those, how many at most stand before the first hit. */
const BEFORE = 70;
/** Hits beyond these play no part in where the snippet is. */
const MOST_HITS = 500;
const wordsIn = /[\p{L}\p{M}\p{N}]+/gu;

interface Span {
  at: number;
  end: number;
  word: string;
}

/** What is looked for, as `MessageSearch.byWords` reads it. */
export interface AskedWords {
  whole: ReadonlySet<string>;
  /** The last word, which may go on. */
  beginning: string | null;
}

export function askedWords(text: string): AskedWords {
  const words: string[] = text.toLowerCase().match(wordsIn) ?? [];
  const beginning = /[\p{L}\p{M}\p{N}]$/u.test(text) ? (words.pop() ?? null) : null;
  return { whole: new Set(words), beginning };
}

/**
 * The part of a text that shows why it was found: where most different words stand together, else where its meaning is near.
 * @param near where the piece begins whose meaning is near, in UTF-16 units
 */
export function snippetOf(text: string, asked: AskedWords, near: number): SnippetPiece[] {
  const hits = hitsIn(text, asked);
  const from = hits.length > 0 ? beginBefore(text, densest(hits)) : near;
  const [start, end] = wholeWords(text, from, from + LENGTH);
  const inside = hits.filter((hit) => hit.at >= start && hit.end <= end);
  const pieces: SnippetPiece[] = [];
  let at = start;
  for (const hit of inside) {
    pieces.push(
      { text: text.slice(at, hit.at), hit: false },
      { text: text.slice(hit.at, hit.end), hit: true },
    );
    at = hit.end;
  }
  pieces.push({ text: text.slice(at, end), hit: false });
  const plain = pieces.map((piece) => (piece.hit ? piece : { ...piece, text: unmarked(piece.text) }));
  return trimmed(plain, { before: start > 0, after: end < text.length });
}

function hitsIn(text: string, { whole, beginning }: AskedWords): Span[] {
  const hits: Span[] = [];
  for (const { 0: found, index } of text.matchAll(wordsIn)) {
    const word = found.toLowerCase();
    const goesOn = beginning !== null && word.startsWith(beginning);
    if (goesOn || whole.has(word))
      hits.push({ at: index, end: index + found.length, word: goesOn ? (beginning ?? '') : word });
    if (hits.length === MOST_HITS) break;
  }
  return hits;
}

/** Where the first of the hits begins that stand together. */
function densest(hits: readonly Span[]): number {
  let best = { at: hits[0]?.at ?? 0, words: 0 };
  hits.forEach((first, index) => {
    const together = hits.slice(index, index + 20).filter(({ end }) => end <= first.at + LENGTH - BEFORE);
    const words = new Set(together.map(({ word }) => word)).size;
    if (words > best.words) best = { at: first.at, words };
  });
  return best.at;
}

/** A little before a hit, but in its paragraph. */
function beginBefore(text: string, hit: number): number {
  const before = text.slice(Math.max(0, hit - BEFORE), hit);
  const line = before.lastIndexOf('\n');
  return hit - (line === -1 ? before.length : before.length - line - 1);
}

function wholeWords(text: string, from: number, to: number): [start: number, end: number] {
  const start = from <= 0 ? 0 : from + (/^[\p{L}\p{M}\p{N}]*/u.exec(cutInside(text, from))?.[0].length ?? 0);
  if (to >= text.length) return [Math.min(start, text.length), text.length];
  const end = text.slice(start, to).replace(/[\p{L}\p{M}\p{N}]+$/u, '').length;
  return [start, end === 0 ? evenly(text, to) : start + end];
}

/** What is left of a word that `at` cuts in two, with the rest of the text; nothing when it cuts none, or a very long one. */
function cutInside(text: string, at: number): string {
  const isInside = /[\p{L}\p{M}\p{N}]$/u.test(text.slice(Math.max(0, at - 2), at));
  return isInside ? text.slice(evenly(text, at), at + 40) : '';
}

/** Not between the halves of a pair. */
function evenly(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff ? at + 1 : at;
}

/** Without the marks of Markdown and with one blank for all that is one. */
function unmarked(text: string): string {
  return text.replace(/\*\*|`+|^#{1,6} |^ *[-*>|] +/gm, '').replace(/\s+/g, ' ');
}

function trimmed(pieces: SnippetPiece[], cut: { before: boolean; after: boolean }): SnippetPiece[] {
  const first = pieces[0];
  const last = pieces.at(-1);
  if (first !== undefined) first.text = `${cut.before ? '… ' : ''}${first.text.trimStart()}`;
  if (last !== undefined) last.text = `${last.text.trimEnd()}${cut.after ? ' …' : ''}`;
  return pieces.filter(({ text }) => text !== '');
}
