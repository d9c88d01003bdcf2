export interface Piece {
  channel: 'text' | 'reasoning';
  /** Offset in UTF-16 units of the message. */
  at: number;
  text: string;
}

/**
 * `base` and what the pieces of `channel` add to it: overlaps are trimmed, and what follows a gap is left out,
 * because an answer with a hole in it is worse than a shorter one.
 */
export function joinPieces(base: string, channel: Piece['channel'], pieces: readonly Piece[]): string {
  const ordered = pieces.filter((piece) => piece.channel === channel).sort((a, b) => a.at - b.at);
  let joined = base;
  for (const { at, text } of ordered) {
    if (at > joined.length) break;
    joined += text.slice(joined.length - at);
  }
  return joined;
}
