import { UpstreamFailure } from '#lib/upstream/model.ts';
import type { FailureCode } from '#lib/wire/error-code.ts';

/** What came of one text: its vector, or that it is refused whoever it is sent with. */
export type Embedded = { vector: Float32Array } | { refused: FailureCode };

export interface Apart {
  /** One for each text, in order. */
  embedded: Embedded[];
  /** The most texts that were taken in one call; less than was sent when the batch was too large for the model server. */
  taken: number;
}

/** A text that no model has anything against. */
const HARMLESS = 'weir';

/** Failures that a text in it may have caused: also those that say it was the server, which some servers do of long texts. */
const perhapsATexts: readonly FailureCode[] = [
  'upstream_rejected',
  'context_too_long',
  'upstream_error',
  'upstream_malformed',
  'answer_too_large',
];

/**
 * Vectors of texts in one call if that goes. A batch that is refused while a harmless text is not is cut in halves, until the
 * poison is alone; all others get their vectors.
 * @throws what `embed` throws when no text has caused it
 */
export async function embedApart(
  texts: readonly string[],
  embed: (texts: readonly string[]) => Promise<readonly Float32Array[]>,
): Promise<Apart> {
  let code: FailureCode | null;
  try {
    return whole(await embed(texts));
  } catch (error) {
    code = codeOf(error);
    if (code === null) throw error;
  }
  // For a model server that refuses everything, from the first call or from this one on, nothing is cut and none is marked.
  await embed([HARMLESS]);
  const refused = { refused: code };
  if (texts.length <= 1) return { embedded: texts.map(() => refused), taken: 0 };
  const middle = Math.ceil(texts.length / 2);
  const first = await embedApart(texts.slice(0, middle), embed);
  const second = await embedApart(texts.slice(middle), embed);
  return {
    embedded: [...first.embedded, ...second.embedded],
    taken: Math.max(first.taken, second.taken),
  };
}

function whole(vectors: readonly Float32Array[]): Apart {
  return { embedded: vectors.map(usable), taken: vectors.length };
}

/** What has no direction is near to nothing, and no database takes what is no number. */
function usable(vector: Float32Array): Embedded {
  const isUsable = vector.every(Number.isFinite) && vector.some((value) => value !== 0);
  return isUsable && vector.length <= MOST_DIMENSIONS ? { vector } : { refused: 'upstream_malformed' };
}

/** Of pgvector. */
const MOST_DIMENSIONS = 16_000;

function codeOf(error: unknown): FailureCode | null {
  return error instanceof UpstreamFailure && perhapsATexts.includes(error.code) ? error.code : null;
}
