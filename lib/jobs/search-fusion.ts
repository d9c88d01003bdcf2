import type { NearPiece } from '#lib/store/message-search.ts';
import type { SearchHit } from '#lib/wire/search.ts';

/** Of reciprocal rank fusion, see Cormack, Clarke and Büttcher 2009: what is high in one list does not win alone. */
const K = 60;
/** Cosine similarity below which nothing means the same, and how far below the best one a meaning still counts. */
const LEAST_LIKENESS = 0.2;
const WORST_OF_BEST = 0.25;

export interface FusedHit {
  messageId: string;
  why: SearchHit['why'];
  /** Where the near piece begins; 0 for one that only its words found. */
  at: number;
}

/** There is always a nearest vector: those that are near for nobody are left out. */
export function nearEnough(pieces: readonly NearPiece[]): NearPiece[] {
  const best = Math.max(...pieces.map(({ likeness }) => likeness));
  return pieces.filter(({ likeness }) => likeness >= Math.max(LEAST_LIKENESS, best - WORST_OF_BEST));
}

/** Both lists in one, best first; each message once, with all that it was found by. */
export function fused(byWords: readonly string[], byMeaning: readonly NearPiece[]): FusedHit[] {
  const hits = new Map<string, FusedHit & { score: number }>();
  const add = (messageId: string, why: SearchHit['why'][number], rank: number, at: number) => {
    const hit = hits.get(messageId) ?? { messageId, why: [], at, score: 0 };
    hit.why.push(why);
    hit.score += 1 / (K + rank);
    hit.at = at;
    hits.set(messageId, hit);
  };
  byWords.forEach((messageId, rank) => {
    add(messageId, 'words', rank, 0);
  });
  byMeaning.forEach(({ messageId, at }, rank) => {
    add(messageId, 'meaning', rank, at);
  });
  return [...hits.values()].sort((a, b) => b.score - a.score);
}
