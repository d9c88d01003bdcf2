/** Characters of a piece: some three hundred tokens, of which any embedding model takes as many. */
const PIECE = 1_400;
/** A piece ends at the last good place in this share of it. */
const LOOSE = 0.4;
const ends = [/\n\n/g, /[.!?。！？]["')\]]?\s/g, /\n/g, /\s/g];

export interface TextPiece {
  /** Where it begins, in UTF-16 units. */
  at: number;
  text: string;
}

/** A text in pieces to be embedded one by one: each ends with a paragraph, a sentence or a word where it can. */
export function piecesOf(text: string): TextPiece[] {
  const pieces: TextPiece[] = [];
  for (let at = 0; at < text.length; ) {
    const end = endOf(text, at);
    const piece = text.slice(at, end);
    if (/[\p{L}\p{N}\p{S}]/u.test(piece)) pieces.push({ at, text: piece.trim() });
    at = end;
  }
  return pieces;
}

function endOf(text: string, at: number): number {
  const most = at + PIECE;
  if (most >= text.length) return text.length;
  const least = at + Math.ceil(PIECE * (1 - LOOSE));
  const tail = text.slice(least, most);
  for (const end of ends) {
    const last = [...tail.matchAll(end)].at(-1);
    if (last !== undefined) return least + last.index + last[0].length;
  }
  return isLowSurrogate(text.charCodeAt(most)) ? most - 1 : most;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
