import { meaningOf } from './synonyms.ts';

export const defaultDimensions = 256;

const stopWords = new Set(
  (
    'a an the and or but if of in on at to for from by with as is are was were be been am i you he she it we they me my ' +
    'your his her its our their this that these those do does did can could would should will how what which who when ' +
    'where why there here not no so than then too very just about'
  ).split(' '),
);
const spread = 6;

/** FNV-1a over UTF-16 units, 32 bits. */
function hashOf(text: string, seed: number): number {
  let hash = (2166136261 ^ seed) >>> 0;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 16777619) >>> 0;
  hash = Math.imul(hash ^ (hash >>> 15), 2246822507) >>> 0;
  return (hash ^ (hash >>> 13)) >>> 0;
}

function featuresOf(text: string): Map<string, number> {
  const all =
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? [];
  const telling = all.filter((word) => !stopWords.has(word));
  const words = telling.length > 0 ? telling : all;
  const counts = new Map<string, number>();
  for (const word of words) {
    const meaning = meaningOf(word);
    counts.set(meaning, (counts.get(meaning) ?? 0) + 1);
  }
  if (counts.size === 0) counts.set(text, 1);
  return counts;
}

/**
 * A unit vector for a text, the same every time: each word is spread over a few hashed places, so texts that share words,
 * forms of words or listed synonyms are near and others about orthogonal. No model, and no more meaning than that.
 */
export function embed(text: string, dimensions: number): Float32Array {
  const vector = new Float64Array(dimensions);
  for (const [word, count] of featuresOf(text)) {
    for (let seed = 0; seed < spread; seed++) {
      const hash = hashOf(word, seed);
      const at = (hash >>> 1) % dimensions;
      vector[at] = (vector[at] ?? 0) + Math.sqrt(count) * (hash & 1 ? 1 : -1);
    }
  }
  const length = Math.hypot(...vector);
  // All words cancelled out: as likely as not with one dimension.
  if (length === 0) vector[0] = 1;
  return Float32Array.from(vector, (value) => value / (length || 1));
}
