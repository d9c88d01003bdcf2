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
  try {
    return whole(await embed(texts));
  } catch (error) {
    const code = codeOf(error);
    if (code === null) throw error;
    // The model server refuses everything: nothing is cut for that.
    if (texts.length > 1) await embed([HARMLESS]);
    return halved(texts, code, embed);
  }
}

async function halved(
  texts: readonly string[],
  code: FailureCode,
  embed: (texts: readonly string[]) => Promise<readonly Float32Array[]>,
): Promise<Apart> {
  if (texts.length <= 1) {
    // Marked for good, but not for a model server that refuses everything, or does since the cutting began.
    await embed([HARMLESS]);
    return { embedded: texts.map(() => ({ refused: code })), taken: 0 };
  }
  const middle = Math.ceil(texts.length / 2);
  const halves: Apart[] = [];
  for (const half of [texts.slice(0, middle), texts.slice(middle)]) {
    halves.push(await embed(half).then(whole, (error: unknown) => again(half, error, embed)));
  }
  return {
    embedded: halves.flatMap(({ embedded }) => embedded),
    taken: Math.max(...halves.map(({ taken }) => taken)),
  };
}

function again(
  texts: readonly string[],
  error: unknown,
  embed: (texts: readonly string[]) => Promise<readonly Float32Array[]>,
): Promise<Apart> {
  const code = codeOf(error);
  if (code === null) throw error;
  return halved(texts, code, embed);
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
