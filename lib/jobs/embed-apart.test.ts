import { describe, expect, it } from 'vitest';
import { UpstreamFailure } from '#lib/upstream/model.ts';
import type { FailureCode } from '#lib/wire/error-code.ts';
import { embedApart } from './embed-apart.ts';

const vector = Float32Array.of(1, 0);

/** A model server that refuses texts with `poison` in them, more than `most` of them, or all. */
function server({ code = 'upstream_rejected' as FailureCode, most = Infinity, all = false } = {}) {
  const calls: number[] = [];
  const embed = async (texts: readonly string[]) => {
    calls.push(texts.length);
    if (all || texts.length > most || texts.some((text) => text.includes('poison')))
      throw new UpstreamFailure(code);
    return texts.map(() => vector);
  };
  return { calls, embed };
}

const texts = (count: number, poison: readonly number[] = []) =>
  Array.from({ length: count }, (_, at) => (poison.includes(at) ? `poison ${at}` : `text ${at}`));
const refusedIn = (embedded: readonly object[]) =>
  embedded.flatMap((one, at) => ('refused' in one ? [at] : []));

describe('[J71] a batch with poison in it', () => {
  it('is cut in halves until the poison fails alone; all others get their vectors', async () => {
    const { embed, calls } = server();
    const { embedded } = await embedApart(texts(64, [17]), embed);
    expect([embedded.length, refusedIn(embedded)]).toEqual([64, [17]]);
    // The whole, two for each of six cuts, and a harmless one after each of the seven that are refused.
    expect(calls).toHaveLength(20);
  });

  it.each(['context_too_long', 'upstream_error', 'upstream_malformed'] as const)(
    'several are found, whatever the server calls it: %s',
    async (code) => {
      const { embedded } = await embedApart(texts(9, [0, 4, 8]), server({ code }).embed);
      expect(refusedIn(embedded)).toEqual([0, 4, 8]);
      expect(embedded[4]).toEqual({ refused: code });
    },
  );

  it('where everything is refused, no text is marked for it', async () => {
    const { embed, calls } = server({ all: true });
    await expect(embedApart(texts(8), embed)).rejects.toMatchObject({ code: 'upstream_rejected' });
    expect(calls).toEqual([8, 1]);
  });

  it.each(['upstream_unreachable', 'upstream_rate_limited', 'upstream_auth', 'model_not_found'] as const)(
    'a failure that no text can cause cuts nothing: %s',
    async (code) => {
      const { embed, calls } = server({ code });
      await expect(embedApart(texts(8, [1]), embed)).rejects.toMatchObject({ code });
      expect(calls).toEqual([8]);
    },
  );

  it('one that is only too large tells how many are taken', async () => {
    const { embed } = server({ most: 10, code: 'context_too_long' });
    const { embedded, taken } = await embedApart(texts(64), embed);
    expect([refusedIn(embedded), taken]).toEqual([[], 8]);
  });

  it('a vector that is none is a refusal of its text alone', async () => {
    const embed = async () => [vector, Float32Array.of(Number.NaN, 1), Float32Array.of(0, 0)];
    const { embedded } = await embedApart(texts(3), embed);
    expect(refusedIn(embedded)).toEqual([1, 2]);
  });

  it('[J93] nobody is marked for a model server that went away while the poison was looked for', async () => {
    const calls: string[][] = [];
    const embed = async (texts: readonly string[]) => {
      calls.push([...texts]);
      // It answers what is harmless once, and then nothing any more.
      if (calls.length === 2) return [Float32Array.of(1)];
      throw new UpstreamFailure('upstream_error');
    };
    await expect(embedApart(['a', 'b', 'c', 'd'], embed)).rejects.toThrow(UpstreamFailure);
    expect(calls.filter((texts) => texts.length === 1).length).toBeLessThanOrEqual(3);
  });
});
